//! How many decisions a second one core makes, and that no facts make the engine panic:
//! `cargo run --release -p waybill-policy --example decisions [DOCUMENTS]`. `cargo dev bench --only
//! policy` runs it.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement"
)]

use std::time::{Duration, Instant};

use waybill_domain::advisory::{AdvisoryKind, Cvss, Match, Priority};
use waybill_domain::facts::{GateFacts, ScanFacts};
use waybill_domain::inventory::ComponentId;
use waybill_domain::{
    Artifact, Confidence, Date, Digests, Finding, Gate, Place, RuleInfo, Severity, Verdict,
};
use waybill_policy::{BUILT_IN, Engine, match_facts, scan_facts};

fn main() {
    let documents: u64 = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let cold = Instant::now();
    let _ = Engine::baseline(&[Gate::Scan]).unwrap();
    println!("cold_start_microseconds {}", cold.elapsed().as_micros());
    let engine = Engine::baseline(&Gate::ALL).unwrap();
    let artifact = artifact();
    let matches = [
        found(Severity::Critical, true),
        found(Severity::High, false),
        found(Severity::Medium, false),
    ];
    let today = Some(Date::from_days(20_780));
    let (mut decisions, mut reasons) = (0_u64, 0_usize);
    let (start, used_before) = (Instant::now(), processor_seconds());
    while start.elapsed() < Duration::from_secs(2) {
        for _ in 0..1_000 {
            let facts = ScanFacts {
                matches: matches
                    .iter()
                    .map(|found| match_facts(found, None))
                    .collect(),
                ..scan_facts(&artifact, today)
            };
            let decision = engine.decide(&GateFacts::Scan(Box::new(facts)));
            reasons += std::hint::black_box(decision).reasons.len();
            decisions += 1;
        }
    }
    // On a busy machine the clock on the wall counts the others, too.
    let seconds = match (used_before, processor_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed().as_secs_f64(),
    };
    #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
    let rate = decisions as f64 / seconds;
    println!("decisions_per_second {rate:.0}");
    println!("reasons_per_decision {}", reasons as u64 / decisions);
    random(documents);
}

/// Seconds that this thread ran, as Linux counts them.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// Random facts of every gate, judged by every built-in policy.
fn random(documents: u64) {
    let engines: Vec<Engine> = BUILT_IN
        .iter()
        .map(|policy| Engine::load(&[policy], &[], &Gate::ALL).unwrap())
        .collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut read, mut counts) = (0_u64, [0_u64; 3]);
    for _ in 0..documents {
        let gate = Gate::ALL[random.below(Gate::ALL.len())];
        let document = record(gate.record(), &mut random);
        let text = document.to_string();
        let mut reader = serde_json::Deserializer::from_str(&text);
        let Ok(facts) = GateFacts::read(gate, &mut reader) else {
            continue;
        };
        read += 1;
        let decision = engines[random.below(engines.len())].decide(&facts);
        counts[decision.verdict as usize] += 1;
    }
    println!("documents {documents}");
    println!("documents_read {read}");
    println!(
        "admit {} quarantine {} reject {}",
        counts[0], counts[1], counts[2]
    );
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// Mostly of the right type; now and then not, so that refusing is tried, too.
fn record(record: &waybill_domain::facts::Record, random: &mut Random) -> serde_json::Value {
    use serde_json::{Value, json};
    use waybill_domain::facts::Shape;
    const TEXTS: [&str; 8] = [
        "",
        "a",
        "2026-11-23",
        "9999-99-99",
        "unknown",
        "\u{202e}x",
        "{finding.rule}",
        "é\0\n",
    ];
    const NUMBERS: [f64; 6] = [0.0, -1.0, 0.5, 7.5, 1e300, -0.0];
    const WHOLE: [i64; 6] = [0, -1, 1, 400, i64::MAX, i64::MIN];
    let mut fields = serde_json::Map::new();
    for field in record.fields {
        if random.below(3) == 0 {
            continue;
        }
        let value = match field.shape {
            _ if random.below(400) == 0 => json!([null]),
            Shape::Bool => json!(random.below(2) == 0),
            Shape::Int => json!(WHOLE[random.below(6)]),
            Shape::Number => json!(NUMBERS[random.below(6)]),
            Shape::Text => json!(TEXTS[random.below(8)]),
            Shape::Word(words) => json!(words[random.below(words.len())]),
            Shape::Texts => json!(vec![TEXTS[random.below(8)]; random.below(4)]),
            Shape::One(inner) => self::record(inner, random),
            Shape::Many(inner) => {
                let many = (0..random.below(5)).map(|_| self::record(inner, random));
                Value::Array(many.collect())
            }
        };
        fields.insert(field.name.to_owned(), value);
    }
    Value::Object(fields)
}

fn artifact() -> Artifact {
    const RULE: RuleInfo = RuleInfo {
        id: "pickle-unvetted-global",
        summary: "",
        page: "",
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-M4", "CWE-502"],
        help: "read what the name does before loading the artifact",
        incomplete: false,
    };
    let findings = (0..10).map(|index| {
        let place = Place {
            line: None,
            member: Some("archive/data.pkl".to_owned()),
            offset: Some(17 * index),
        };
        let mut finding = Finding::new(&RULE, place, format!("imports `acme.layers.Gate{index}`"));
        if index == 3 {
            finding.severity = Severity::High;
        }
        finding
    });
    Artifact {
        path: "models/acme/pytorch_model.bin".to_owned(),
        format: "torch-zip".to_owned(),
        size_bytes: 1 << 30,
        digests: Digests::default(),
        verdict: Verdict::Admit,
        complete: true,
        findings: findings.collect(),
        loading: Vec::new(),
        allowed: Vec::new(),
        sampled: Vec::new(),
        reasons: Vec::new(),
        matches: vec![],
    }
}

fn found(severity: Severity, malicious: bool) -> Match {
    Match {
        component: ComponentId("pkg:pypi/transformers@4.30.0".to_owned()),
        name: "transformers".to_owned(),
        version: Some("4.30.0".to_owned()),
        ecosystem: "PyPI".to_owned(),
        advisory: "GHSA-3863-2447-669p".to_owned(),
        aliases: vec!["CVE-2023-6730".to_owned(), "PYSEC-2023-1".to_owned()],
        kind: AdvisoryKind::Vulnerable,
        summary: "deserialisation of untrusted data".to_owned(),
        severity,
        cvss: Some(Cvss {
            version: "3.1".to_owned(),
            vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H".to_owned(),
            score: 8.8,
        }),
        exploited: None,
        epss: None,
        malicious,
        certain: true,
        priority: Priority::default(),
        fixed: vec!["4.36.0".to_owned()],
        upgrade: Some("4.36.0".to_owned()),
        weaknesses: Vec::new(),
        references: Vec::new(),
        places: Vec::new(),
        feed: "pypa".to_owned(),
    }
}
