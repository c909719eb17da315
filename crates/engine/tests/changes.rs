//! Artifacts that change while they are read. The scan tells its progress, and whoever is told
//! changes the file at exactly that moment.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests write artifacts, and fail where they cannot"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use waybill_domain::{Artifact, ExitCode, FailOn, Report, Verdict};
use waybill_engine::{Progress, Request, Silent, Target, YaraRules, scan};

/// Read whole, by position, and by a thread of its own.
const SIZES: [usize; 3] = [1000, 3 << 20, 20 << 20];

/// Does something once, when the files were found or when the first bytes were digested.
struct Meanwhile<F> {
    when: When,
    act: F,
    done: AtomicBool,
}

#[derive(Clone, Copy, PartialEq)]
enum When {
    Found,
    Reading,
}

impl<F: Fn() + Sync> Meanwhile<F> {
    fn now(&self, when: When) {
        if self.when == when && !self.done.swap(true, Ordering::SeqCst) {
            // Longer than the clock of any file system takes to tick.
            std::thread::sleep(Duration::from_millis(30));
            (self.act)();
        }
    }
}

impl<F: Fn() + Sync> Progress for Meanwhile<F> {
    fn found(&self, _artifacts: u64, _bytes: u64) {
        self.now(When::Found);
    }

    fn advance(&self, _bytes: u64) {
        self.now(When::Reading);
    }
}

fn request(target: &Path) -> Request {
    Request {
        targets: vec![Target::Path(target.to_owned())],
        exclude: Vec::new(),
        limits: BTreeMap::new(),
        allowed: BTreeMap::new(),
        baseline: None,
        jobs: Some(2),
        blake3: false,
        yara: YaraRules::default(),
        judgement: waybill_engine::Judgement::default(),
        joining: None,
    }
}

/// A pickle of one long string of bytes.
fn pickle(size: usize) -> Vec<u8> {
    let mut bytes = vec![b'B'];
    bytes.extend(u32::try_from(size - 6).unwrap().to_le_bytes());
    bytes.resize(size - 1, b'x');
    bytes.push(b'.');
    bytes
}

/// Scans a folder with one artifact of `size` bytes, to which `act` happens.
fn scanned(size: usize, when: When, act: impl Fn(&Path) + Sync) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.pkl");
    std::fs::write(&path, pickle(size)).unwrap();
    let told = Meanwhile {
        when,
        act: || act(&path),
        done: AtomicBool::new(false),
    };
    let report = scan(&request(folder.path()), &told).unwrap();
    assert!(told.done.into_inner(), "nothing happened to the artifact");
    report
}

fn only(report: &Report) -> &Artifact {
    assert_eq!(report.artifacts.len(), 1);
    &report.artifacts[0]
}

/// What rules found in the only artifact.
fn rules(report: &Report) -> Vec<&str> {
    only(report)
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect()
}

fn append(path: &Path) {
    let mut file = File::options().append(true).open(path).unwrap();
    file.write_all(b"more").unwrap();
}

fn cut_short(path: &Path) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_len(500).unwrap();
}

/// Other bytes in the same place: the size stays.
fn overwrite(path: &Path) {
    let mut file = File::options().write(true).open(path).unwrap();
    file.write_all(b"C").unwrap();
}

/// Another file of the same size under the same name.
fn replace(path: &Path) {
    let size = std::fs::metadata(path).unwrap().len();
    let other = path.with_extension("new");
    std::fs::write(&other, pickle(usize::try_from(size).unwrap())).unwrap();
    std::fs::rename(other, path).unwrap();
}

fn remove(path: &Path) {
    std::fs::remove_file(path).unwrap();
}

#[test]
fn nothing_happens() {
    for size in SIZES {
        let report = scanned(size, When::Reading, |_| ());
        assert_eq!(only(&report).verdict, Verdict::Admit, "{size}");
        assert!(report.complete);
    }
}

#[test]
fn a_change_while_it_is_read_is_found() {
    let changes = [
        ("append", append as fn(&Path)),
        ("cut short", cut_short),
        ("overwrite", overwrite),
        ("replace", replace),
        ("remove", remove),
    ];
    for (name, change) in changes {
        for size in SIZES {
            let report = scanned(size, When::Reading, change);
            let found = rules(&report);
            assert!(
                found.contains(&"changed-while-read"),
                "{name}, {size}: {found:?}"
            );
            assert_ne!(only(&report).verdict, Verdict::Admit, "{name}, {size}");
            assert_ne!(
                ExitCode::of(&report, FailOn::Reject),
                ExitCode::Admitted,
                "{name}, {size}"
            );
        }
    }
}

/// Before it is opened a file may change as it likes: what is judged is what is digested.
#[test]
fn a_change_before_it_is_opened_is_none() {
    for (change, size) in [
        (append as fn(&Path), 1004),
        (cut_short, 500),
        (replace, 1000),
    ] {
        let report = scanned(1000, When::Found, change);
        let artifact = only(&report);
        assert!(!rules(&report).contains(&"changed-while-read"));
        assert_eq!(artifact.size_bytes, size);
        assert!(artifact.digests.sha256.is_some());
    }
}

#[test]
fn a_file_that_is_gone_before_it_is_opened_could_not_be_read() {
    let report = scanned(1000, When::Found, remove);
    assert_eq!(rules(&report), ["unreadable"]);
    assert!(only(&report).digests.sha256.is_none());
    assert_eq!(
        ExitCode::of(&report, FailOn::Quarantine),
        ExitCode::Incomplete
    );
}

/// A pipe that nobody writes to must not hold up the scan, whenever it took the file's place.
#[test]
fn a_pipe_in_its_place_is_not_waited_for() {
    for when in [When::Found, When::Reading] {
        let report = scanned(1000, when, |path| {
            remove(path);
            make_pipe(path);
        });
        assert_eq!(
            ExitCode::of(&report, FailOn::Quarantine),
            ExitCode::Incomplete
        );
    }
}

/// The standard library cannot make a pipe that has a name.
fn make_pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

/// A link is judged by what it leads to, and that may change as well.
#[test]
fn the_target_of_a_link_that_changes_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real.pkl");
    std::fs::write(&real, pickle(1000)).unwrap();
    let link: PathBuf = folder.path().join("link.pkl");
    std::os::unix::fs::symlink("real.pkl", &link).unwrap();
    let told = Meanwhile {
        when: When::Reading,
        act: || append(&real),
        done: AtomicBool::new(false),
    };
    let report = scan(&request(&link), &told).unwrap();
    assert!(rules(&report).contains(&"changed-while-read"));
}

#[test]
fn files_that_change_do_not_disturb_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..20 {
        let path = folder.path().join(format!("{index:02}.pkl"));
        std::fs::write(path, pickle(1000)).unwrap();
    }
    let told = Meanwhile {
        when: When::Found,
        act: || remove(&folder.path().join("07.pkl")),
        done: AtomicBool::new(false),
    };
    let report = scan(&request(folder.path()), &told).unwrap();
    assert_eq!(report.artifacts.len(), 20);
    assert_eq!((report.summary.admit, report.summary.not_examined), (19, 1));
}

#[test]
fn the_same_scan_twice_is_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..100 {
        let path = folder.path().join(format!("{index}.pkl"));
        std::fs::write(path, pickle(100 + index)).unwrap();
    }
    let once = scan(&request(folder.path()), &Silent).unwrap();
    assert_eq!(once, scan(&request(folder.path()), &Silent).unwrap());
}
