use super::*;

fn facts(text: &str) -> TarFacts {
    let file = waybill_fixtures::assemble("tar", text).unwrap();
    parse(&file, &Limits::default()).unwrap()
}

fn kinds(text: &str) -> Vec<ProblemKind> {
    let problems = facts(text).problems;
    problems.into_iter().map(|problem| problem.kind).collect()
}

fn paths(facts: &TarFacts) -> Vec<&str> {
    facts
        .entries
        .iter()
        .map(|entry| entry.path.as_str())
        .collect()
}

fn path() -> String {
    "a".to_owned()
}

#[test]
fn every_kind_of_entry() {
    let facts = facts(
        "file \"f\" mode=0o755 : text\n  hello\ndirectory \"d/\"\nsymlink \"s\" to=\"../x\"\n\
         hardlink \"h\" to=\"f\"\ndevice \"c\"\nblock-device \"b\"\nfifo \"p\"\n\
         file \"v\" v7 type=0\nfile \"old/\" v7 type=0\nfile \"?\" type=0x5a\nfile \"g\" gnu base-256 : text\n  x\n",
    );
    assert_eq!(facts.problems, []);
    let kinds: Vec<EntryKind> = facts.entries.iter().map(|entry| entry.kind).collect();
    use EntryKind::*;
    let expected = [
        File,
        Directory,
        SymLink,
        HardLink,
        CharDevice,
        BlockDevice,
        Fifo,
        File,
        Directory,
        Other(b'Z'),
        File,
    ];
    assert_eq!(kinds, expected);
    let file = &facts.entries[0];
    assert_eq!(
        (file.mode, file.size, file.data_offset),
        (Some(0o755), 6, 512)
    );
    assert_eq!(facts.entries[2].link_target.as_deref(), Some("../x"));
    assert_eq!(facts.entries[10].size, 2);
    assert_eq!(
        (facts.end_offset, facts.trailing_start),
        (14 * 512 + 512, None)
    );
}

#[test]
fn long_names() {
    let long = "n".repeat(300);
    let facts = facts(&format!(
        "longname \"{long}\"\nlonglink \"{long}\"\nsymlink \"short\" to=\"x\"\n\
         pax path=\"p/{long}\" linkpath=\"l\"\nsymlink \"short\" to=\"x\"\n\
         file \"base\" prefix=\"some/dir\"\nglobal comment=x\nfile \"last\"\n"
    ));
    assert_eq!(facts.problems, []);
    let expected = [long.as_str(), &format!("p/{long}"), "some/dir/base", "last"];
    assert_eq!(paths(&facts), expected);
    assert_eq!(facts.entries[0].link_target, Some(long));
    assert_eq!(facts.entries[1].link_target.as_deref(), Some("l"));
}

#[test]
fn names_that_lie() {
    assert_eq!(
        kinds("longname \"x\"\npax path=a\nfile \"y\"\n"),
        [ProblemKind::NamedTwice { path: path() }]
    );
    assert_eq!(
        kinds("pax path=a\npax path=x\nfile \"y\"\n"),
        [ProblemKind::NamedTwice { path: path() }]
    );
    assert_eq!(
        kinds("file \"a\"\nlongname \"x\"\n"),
        [ProblemKind::NameWithoutEntry]
    );
    let hidden = "evil".to_owned();
    assert_eq!(
        kinds("file \"a\" after-nul=\"evil\"\n"),
        [ProblemKind::BytesAfterNul { hidden }]
    );
    let prefix = "dir".to_owned();
    assert_eq!(
        kinds("file \"a\" gnu prefix=\"dir\"\n"),
        [ProblemKind::PrefixIgnored { prefix }]
    );
    let path = || "a\u{1b}b".to_owned();
    assert_eq!(
        kinds("file \"a\\u001bb\"\n"),
        [ProblemKind::ControlInPath { path: path() }]
    );
    let path = || "a\0b".to_owned();
    assert_eq!(
        kinds("pax path=\"a\\u0000b\"\nfile \"x\"\n"),
        [ProblemKind::NulInPath { path: path() }]
    );
    let path = || "a".to_owned();
    assert_eq!(
        kinds("file \"a\"\nfile \"a\"\n"),
        [ProblemKind::DuplicatePath { path: path() }]
    );
    assert_eq!(kinds("file \"x\"\nfile \"\"\n"), [ProblemKind::PathEmpty]);
    let mut file = waybill_fixtures::assemble("tar", "pax path=ab\nfile \"x\"\n").unwrap();
    file[512 + 9] = 0xff;
    let facts = parse(&file, &Limits::default()).unwrap();
    assert!(matches!(
        facts.problems[0].kind,
        ProblemKind::PathNotUtf8 { .. }
    ));
    assert!(!facts.entries[0].path_is_utf8);
}

#[test]
fn sizes_that_lie() {
    let path = || "a".to_owned();
    let found = kinds("file \"a\" size=9999 : text\n  x\n");
    assert_eq!(
        found[0],
        ProblemKind::SizeBeyondFile {
            path: path(),
            missing: 9999 - 1536
        }
    );
    let found = facts("pax size=512\nfile \"a\" size=0 : text\n  x\nfile \"b\"\n");
    let (header_size, pax_size) = (0, 512);
    let disagrees = ProblemKind::SizeDisagrees {
        path: path(),
        header_size,
        pax_size,
    };
    assert_eq!(found.problems[0].kind, disagrees);
    assert_eq!(
        (found.entries[0].size, paths(&found)),
        (512, vec!["a", "b"])
    );
    assert_eq!(
        kinds("symlink \"a\" to=\"b\" size=7\n"),
        [ProblemKind::SizeWithoutData {
            path: path(),
            size: 7
        }]
    );
    assert_eq!(
        kinds("pax size=x\nfile \"a\"\n"),
        [ProblemKind::PaxMalformed]
    );
    assert_eq!(
        kinds("pax-raw : text\n  99 path=x\nfile \"a\"\n"),
        [ProblemKind::PaxMalformed]
    );
    assert_eq!(
        kinds("global path=x size=1\nfile \"a\"\n"),
        ["path", "size"].map(|key| ProblemKind::PaxGlobal { key })
    );
}

#[test]
fn numbers_that_are_none() {
    let field = NumberField::Size;
    assert_eq!(
        kinds("file \"a\" size-text=\"9z\"\n"),
        [ProblemKind::NumberMalformed { field }]
    );
    for (byte, wrong) in [(0xff, 0xff), (0xbf, 0xff)] {
        let mut file = waybill_fixtures::assemble("tar", "file \"a\" base-256\n").unwrap();
        file[124] = byte;
        file[125] = wrong;
        file[148..156].fill(b' ');
        let sum: u32 = file[..512].iter().map(|byte| u32::from(*byte)).sum();
        file[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        let found = parse(&file, &Limits::default()).unwrap();
        assert_eq!(
            found.problems[0].kind,
            ProblemKind::NumberOutOfRange { field }
        );
    }
}

#[test]
fn entries_out_of_order() {
    let path = || "b".to_owned();
    let hidden = facts("file \"a\"\nend\nfile \"b\"\nend\n");
    let found: Vec<ProblemKind> = hidden.problems.iter().map(|p| p.kind.clone()).collect();
    assert_eq!(
        found,
        [
            ProblemKind::BytesAfterEnd,
            ProblemKind::EntryAfterEnd { path: path() }
        ]
    );
    assert_eq!(hidden.entries[1].position, Position::AfterEnd);
    assert_eq!(
        (hidden.end_offset, hidden.trailing_start),
        (1536, Some(1536))
    );
    let half = facts("file \"a\"\nend half\nfile \"b\"\nend\n");
    assert_eq!(half.problems[0].kind, ProblemKind::EndHalf);
    assert_eq!(half.entries[1].position, Position::AfterEnd);
    let broken = facts("file \"a\"\nfile \"x\" bad-checksum\nfile \"b\"\n");
    assert_eq!(
        broken.problems,
        [Problem {
            offset: 512,
            kind: ProblemKind::ChecksumWrong
        }]
    );
    assert_eq!(broken.entries[1].position, Position::AfterBreak);
    assert_eq!(broken.trailing_start, Some(512));
}

#[test]
fn ends() {
    assert_eq!(kinds("file \"a\"\nend none\n"), [ProblemKind::EndMissing]);
    assert_eq!(kinds("file \"a\"\nend half\n"), [ProblemKind::EndHalf]);
    let facts = facts("file \"a\"\ntrailing : hex\n  0000 80\n");
    assert_eq!(facts.problems[0].kind, ProblemKind::BytesAfterEnd);
    assert_eq!(facts.trailing_start, Some(1538));
    let found = kinds("file \"a\"\nend none\ntrailing : hex\n  0080\n");
    assert_eq!(found, [ProblemKind::HeaderTruncated { there: 2 }]);
}

#[test]
fn sparse_files() {
    let pax = "pax GNU.sparse.major=1 GNU.sparse.minor=0 GNU.sparse.name=real GNU.sparse.realsize=99\n\
               file \"x\" : text\n  1\n";
    let found = facts(pax);
    assert_eq!(found.problems, []);
    let entry = &found.entries[0];
    assert_eq!(
        (entry.kind, entry.path.as_str()),
        (EntryKind::GnuSparse, "real")
    );
    assert_eq!(entry.expanded_size, Some(99));
    let old = facts("file \"s\" type=0x53 gnu : text\n  1\nfile \"b\"\n");
    assert_eq!(old.problems, []);
    assert_eq!(old.entries[0].expanded_size, Some(0));
}

#[test]
fn what_is_no_archive_is_not_recognised() {
    assert!(!recognises(&[0; 512], 512));
    assert!(!recognises(b"ustar", 5));
    assert_eq!(parse(&vec![7_u8; 1024], &Limits::default()), None);
}

#[test]
fn limits_are_facts() {
    let limits = Limits {
        members: 1,
        text_bytes: 20,
        ..Limits::default()
    };
    let text = format!("longname \"{}\"\nfile \"a\"\nfile \"b\"\n", "n".repeat(20));
    let file = waybill_fixtures::assemble("tar", &text).unwrap();
    let facts = parse(&file, &limits).unwrap();
    let kinds: Vec<ProblemKind> = facts.problems.into_iter().map(|p| p.kind).collect();
    assert_eq!(kinds[0], ProblemKind::RecordOverLimit { length: 21 });
    assert_eq!(kinds[1], ProblemKind::LimitReached { entries: 1 });
}
