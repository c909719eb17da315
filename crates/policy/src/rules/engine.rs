//! Rules, compiled for the facts of each gate, and the decisions by them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use waybill_domain::facts::{Facts, GateFacts, Record, Shape, Value};
use waybill_domain::{Decision, Gate, PolicyInfo, Reason, Verdict};

use super::file::Places;
use super::message::Message;
use super::resolve::{BuiltIn, PolicyFile, Resolution, Resolved, resolve, resolve_built_in};
use super::{PolicyError, PolicyFault};
use crate::language::{Expression, Failure};

/// Subjects that a reason names.
const SUBJECTS_NAMED: usize = 5;

/// The policies in force, ready to judge. Reads no clock and no disk: what it decides follows from
/// the facts.
#[derive(Debug)]
pub struct Engine {
    info: PolicyInfo,
    gates: [Vec<Rule>; Gate::ALL.len()],
}

/// A rule for the facts of one gate.
#[derive(Debug)]
struct Rule {
    policy: String,
    id: String,
    subject: Subject,
    when: When,
    verdict: Verdict,
    message: Message,
    answers: Vec<String>,
}

/// A condition. Those of built-in policies are read when they are first asked, because most scans
/// ask few of them; the tests see to it that they can be read.
#[derive(Debug)]
struct When {
    text: String,
    root: &'static Record,
    record: Option<&'static Record>,
    read: OnceLock<Option<Expression>>,
}

impl When {
    fn holds(&self, whole: &dyn Facts, subject: Option<&dyn Facts>) -> Result<bool, Failure> {
        let read = self
            .read
            .get_or_init(|| Expression::condition(&self.text, self.root, self.record).ok());
        let expression = read.as_ref().ok_or(Failure::OtherFacts)?;
        expression.holds(whole, subject)
    }
}

/// What a rule judges.
#[derive(Clone, Copy, Debug)]
enum Subject {
    /// The facts as a whole.
    Whole,
    /// The record in the field at this position.
    One(usize),
    /// Each record of the list in the field at this position.
    Each(usize),
}

impl Engine {
    /// The policies of these files together: a rule of any of them holds. Of a file, every rule is
    /// compiled for each gate that it names; of built-in policies, those for `gates`.
    ///
    /// # Errors
    /// [`PolicyError`] with all that is wrong; nothing of the policies is then in force.
    pub fn load(
        built_in: &[&'static BuiltIn],
        files: &[PolicyFile<'_>],
        gates: &[Gate],
    ) -> Result<Self, PolicyError> {
        let mut faults = Vec::new();
        let mut resolutions = Vec::new();
        let from_built_in = built_in.iter().map(|policy| resolve_built_in(policy));
        let from_files = files.iter().map(|file| resolve(*file));
        for resolution in from_built_in.chain(from_files) {
            match resolution {
                Ok(resolution) => resolutions.push(resolution),
                Err(error) => faults.extend(error.faults),
            }
        }
        let mut engine = Self {
            info: info(&resolutions),
            gates: Default::default(),
        };
        let mut taken = BTreeSet::new();
        for rule in resolutions.iter().flat_map(|resolution| &resolution.rules) {
            if !taken.insert((rule.policy.as_str(), rule.id())) {
                // What two files extend is the same; what two files say need not be.
                if !rule.built_in {
                    faults.push(twice(rule));
                }
                continue;
            }
            for gate in &rule.gates {
                if rule.built_in && !gates.contains(gate) {
                    continue;
                }
                match compile(rule, *gate) {
                    Ok(compiled) => engine.gates[*gate as usize].push(compiled),
                    Err(fault) => faults.push(fault),
                }
            }
        }
        faults.dedup();
        match faults.is_empty() {
            true => Ok(engine),
            false => Err(PolicyError { faults }),
        }
    }

    /// The built-in baseline, for these gates.
    ///
    /// # Errors
    /// None, as long as the tests of this crate pass.
    pub fn baseline(gates: &[Gate]) -> Result<Self, PolicyError> {
        let baseline: Vec<&'static BuiltIn> = BuiltIn::named("baseline").into_iter().collect();
        Self::load(&baseline, &[], gates)
    }

    /// What is in force.
    #[must_use]
    pub const fn info(&self) -> &PolicyInfo {
        &self.info
    }

    /// Judges.
    #[must_use]
    pub fn decide(&self, facts: &GateFacts) -> Decision {
        let gate = facts.gate();
        let whole = facts.facts();
        let mut reasons: Vec<Reason> = Vec::new();
        for rule in &self.gates[gate as usize] {
            rule.judge(whole, &mut reasons);
        }
        // Stable: within a verdict the order of the policy stays.
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict));
        Decision {
            gate,
            verdict: reasons
                .first()
                .map_or(Verdict::Admit, |reason| reason.verdict),
            reasons,
        }
    }
}

impl Rule {
    fn judge(&self, whole: &dyn Facts, reasons: &mut Vec<Reason>) {
        let mut reason = None;
        match self.subject {
            Subject::Whole => self.one(whole, None, &mut reason),
            Subject::One(field) => {
                if let Some(Value::One(subject)) = whole.field(field) {
                    self.one(whole, Some(subject), &mut reason);
                }
            }
            Subject::Each(field) => {
                if let Some(Value::Many(list)) = whole.field(field) {
                    for subject in (0..list.count()).filter_map(|index| list.at(index)) {
                        self.one(whole, Some(subject), &mut reason);
                    }
                }
            }
        }
        reasons.extend(reason);
    }

    fn one(&self, whole: &dyn Facts, subject: Option<&dyn Facts>, reason: &mut Option<Reason>) {
        // What cannot be judged does not pass.
        let (verdict, failure) = match self.when.holds(whole, subject) {
            Ok(false) => return,
            Ok(true) => (self.verdict, None),
            Err(failure) => (self.verdict.max(Verdict::Quarantine), Some(failure)),
        };
        let reason = reason.get_or_insert_with(|| Reason {
            policy: self.policy.clone(),
            rule: self.id.clone(),
            verdict,
            message: match failure {
                None => self.message.fill(whole, subject),
                Some(failure) => format!("the rule could not be judged: {failure}"),
            },
            subjects: Vec::new(),
            count: 0,
            answers: self.answers.clone(),
        });
        reason.verdict = reason.verdict.max(verdict);
        reason.count += 1;
        if reason.subjects.len() < SUBJECTS_NAMED {
            let label = subject.unwrap_or(whole).label();
            if !label.is_empty() && !reason.subjects.contains(&label) {
                reason.subjects.push(label);
            }
        }
    }
}

fn twice(rule: &Resolved<'_>) -> PolicyFault {
    let places = Places {
        file: rule.source.file,
        text: rule.source.text,
    };
    let reason = format!(
        "another file has a policy `{}` with a rule of this id",
        rule.policy
    );
    places.fault(rule.text.id.span().start, Some(rule.id()), reason)
}

fn compile(rule: &Resolved<'_>, gate: Gate) -> Result<Rule, PolicyFault> {
    let text = &rule.text;
    let places = Places {
        file: rule.source.file,
        text: rule.source.text,
    };
    let fault = |at: usize, reason: String| places.fault(at, Some(rule.id()), reason);
    let root = gate.record();
    let (subject, record) = match &text.on {
        None => (Subject::Whole, None),
        Some(on) => {
            let (subject, record) = subject(root, on.get_ref())
                .ok_or_else(|| fault(on.span().start, unknown_subject(gate, on.get_ref())))?;
            (subject, Some(record))
        }
    };
    let when = When {
        text: text.when.get_ref().clone(),
        root,
        record,
        read: OnceLock::new(),
    };
    if !rule.built_in || cfg!(test) {
        let read = Expression::condition(&when.text, root, record);
        let read = read.map_err(|bad| PolicyFault {
            line: Some(places.content_line(text.when.span().start) + bad.line),
            ..fault(0, bad.reason)
        })?;
        let _ = when.read.set(Some(read));
    }
    let message = Message::read(text.message.get_ref(), root, record)
        .map_err(|reason| fault(text.message.span().start, reason))?;
    Ok(Rule {
        policy: rule.policy.clone(),
        id: rule.id().to_owned(),
        subject,
        when,
        verdict: rule.verdict,
        message,
        answers: text.answers.clone(),
    })
}

fn subject(root: &'static Record, on: &str) -> Option<(Subject, &'static Record)> {
    root.fields
        .iter()
        .enumerate()
        .find_map(|(index, field)| match field.shape {
            Shape::One(record) if record.name == on => Some((Subject::One(index), record)),
            Shape::Many(record) if record.name == on => Some((Subject::Each(index), record)),
            _ => None,
        })
}

fn unknown_subject(gate: Gate, on: &str) -> String {
    let known: Vec<&str> = gate
        .record()
        .fields
        .iter()
        .filter_map(|field| match field.shape {
            Shape::One(record) | Shape::Many(record) => Some(record.name),
            _ => None,
        })
        .collect();
    format!(
        "gate `{gate}` has no `{}`; it has {}",
        on.escape_debug(),
        known.join(", ")
    )
}

fn info(resolutions: &[Resolution<'_>]) -> PolicyInfo {
    let mut hash = Sha256::new();
    let mut overridden = Vec::new();
    for resolution in resolutions {
        for rule in &resolution.rules {
            let text = &rule.text;
            let gates: Vec<&str> = rule.gates.iter().map(|gate| gate.as_str()).collect();
            let parts = [
                rule.policy.as_str(),
                rule.id(),
                &gates.join(","),
                text.on.as_ref().map_or("", |on| on.get_ref()),
                text.when.get_ref(),
                rule.verdict.as_str(),
                text.message.get_ref(),
            ];
            for part in parts {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        overridden.extend(resolution.overridden.iter().cloned());
    }
    let names: Vec<&str> = resolutions
        .iter()
        .map(|policy| policy.name.as_str())
        .collect();
    let mut digest = "sha256:".to_owned();
    for byte in hash.finalize() {
        let _ = write!(digest, "{byte:02x}");
    }
    PolicyInfo {
        name: names.join("+"),
        digest,
        overridden,
    }
}
