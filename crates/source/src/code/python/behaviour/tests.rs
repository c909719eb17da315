use super::{Behaviour, Doing, Meaning, behaviour};

/// Each deed: scope name, path, and the constants among its arguments.
fn deeds(text: &str) -> Vec<String> {
    let found = behaviour(text);
    assert!(found.unread.is_empty(), "{:?}", found.unread);
    let shown = |value: usize| shown(&found, value);
    found
        .deeds
        .iter()
        .map(|deed| {
            let scope = &found.scopes[deed.scope].name;
            let arguments: Vec<String> = deed
                .arguments
                .iter()
                .map(|(_, value)| shown(*value))
                .collect();
            let sign = if deed.doing == Doing::Set { "=" } else { "" };
            format!(
                "{}:{scope} {sign}{}({})",
                deed.line,
                deed.path,
                arguments.join(", ")
            )
        })
        .collect()
}

fn shown(found: &Behaviour, value: usize) -> String {
    match found.meaning(value) {
        Meaning::Text(text, _) => format!("{text:?}"),
        Meaning::Bytes(bytes, _) => format!("b{:?}", String::from_utf8_lossy(bytes)),
        Meaning::Number(number) => number.to_string(),
        Meaning::Name(name, _) => name.clone(),
        Meaning::Sequence(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| shown(found, *part)).collect();
            format!("[{}]", parts.join(", "))
        }
        Meaning::Result(deed) => format!("{}()", found.deeds[*deed].path),
        Meaning::Parameter(_, name) => format!("<{name}>"),
        _ => "?".to_owned(),
    }
}

#[test]
fn names_are_followed() {
    let cases = [
        ("import os\nos.system('x')", "2: os.system(\"x\")"),
        ("from os import system as s\ns('x')", "2: os.system(\"x\")"),
        (
            "import os as o\nf = o.system\nf('x')",
            "3: os.system(\"x\")",
        ),
        (
            "getattr(__import__('o' + 's'), 'sys' 'tem')('x')",
            "1: os.system(\"x\")",
        ),
        ("import builtins\nbuiltins.exec('x')", "2: exec(\"x\")"),
        ("__builtins__['ev' + 'al']('x')", "1: eval(\"x\")"),
        (
            "import os\nos.__dict__['system']('x')",
            "2: os.system(\"x\")",
        ),
        ("import os\nvars(os)['system']('x')", "2: os.system(\"x\")"),
        (
            "import sys, os\nsys.modules['os'].system('x')",
            "2: os.system(\"x\")",
        ),
        (
            "import importlib\nimportlib.import_module('os').system('x')",
            "2: os.system(\"x\")",
        ),
        (
            "import os\nglobals()['os'].system('x')",
            "2: os.system(\"x\")",
        ),
        (
            "import os, functools\nfunctools.partial(os.system, 'x')()",
            "2: os.system(\"x\")",
        ),
        (
            "import os, operator\noperator.methodcaller('system', 'x')(os)",
            "2: os.system(\"x\")",
        ),
        (
            "import os\nos.__getattribute__('system')('x')",
            "2: os.system(\"x\")",
        ),
        ("from os import *\nsystem('x')", "2: os.system(\"x\")"),
        (
            "import os\n{'a': os.system}['a']('x')",
            "2: os.system(\"x\")",
        ),
        (
            "import os\n(lambda f: f)(1)\nos.system.__call__('x')",
            "3: os.system(\"x\")",
        ),
    ];
    for (text, expected) in cases {
        let found = deeds(text);
        assert!(
            found.iter().any(|deed| deed == expected),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn constants_are_worked_out() {
    let cases = [
        ("'ab' + 'c'", "\"abc\""),
        ("''.join(chr(c) for c in [97, 98, 99])", "\"abc\""),
        ("''.join(map(chr, [97, 98, 99]))", "\"abc\""),
        ("'cba'[::-1]", "\"abc\""),
        ("'%s%s' % ('ab', 'c')", "\"abc\""),
        ("'{}b{}'.format('a', 'c')", "\"abc\""),
        ("f\"a{'b'}c\"", "\"abc\""),
        ("bytes([97, 98, 99]).decode()", "\"abc\""),
        ("bytes.fromhex('616263').decode()", "\"abc\""),
        ("__import__('base64').b64decode('YWJj').decode()", "\"abc\""),
        ("__import__('codecs').decode('nop', 'rot13')", "\"abc\""),
        ("''.join(chr(ord(c) ^ 1) for c in '`cb')", "\"abc\""),
        ("(lambda s: s[::-1])('cba')", "\"abc\""),
        ("'axbxc'.replace('x', '')", "\"abc\""),
    ];
    for (text, expected) in cases {
        let found = deeds(&format!("f({text})"));
        let expected = format!("1: f({expected})");
        assert!(found.contains(&expected), "{text}: {found:?}");
    }
}

#[test]
fn scopes_tell_what_runs_what() {
    let text = "import os\n\ndef run(c):\n    os.system(c)\n\nclass A:\n    def __init__(self):\n        self.go()\n    def go(self):\n        run('x')\n\nif __name__ == '__main__':\n    os.system('y')\nA()\n";
    let found = behaviour(text);
    let reached = |from: usize| found.scopes[from].calls.clone();
    let named = |name: &str| {
        found
            .scopes
            .iter()
            .position(|scope| scope.name == name)
            .unwrap()
    };
    assert!(reached(0).contains(&named("__init__")));
    assert_eq!(reached(named("__init__")), [named("go")]);
    assert_eq!(reached(named("go")), [named("run")]);
    assert!(
        found
            .given
            .iter()
            .any(|(scope, name, value)| *scope == named("run")
                && name == "c"
                && *found.meaning(*value) == Meaning::Text("x".to_owned(), super::Made::Written))
    );
    assert_eq!(
        deeds(text),
        [
            "13: os.system(\"y\")",
            "14: A()",
            "4:run os.system(<c>)",
            "8:__init__ go()",
            "10:go run(\"x\")"
        ]
    );
}

#[test]
fn what_is_handed_on_is_called() {
    let found = deeds(
        "import os, threading, atexit\nthreading.Thread(target=os.system, args=('x',)).start()\natexit.register(os.system, 'y')\nlist(map(os.system, ['z']))\n",
    );
    for expected in [
        "2: os.system(\"x\")",
        "3: os.system(\"y\")",
        "4: os.system(\"z\")",
    ] {
        assert!(found.iter().any(|deed| deed == expected), "{found:?}");
    }
}

#[test]
fn much_work_ends() {
    let nested = format!("x = {}'a'{}\n", "(".repeat(300), ")".repeat(300));
    let doubled = format!("a = 'xxxxxxxx'\n{}", "a = a + a\n".repeat(200));
    let chain = format!("x = f{}\n", ".replace('a', 'b')".repeat(150));
    let added = format!("exec({})\n", vec!["'a'"; 500].join(" + "));
    let calls = "f = lambda x: [g(y) for y in x]\n".repeat(2_000);
    for text in [nested, doubled, chain, added, calls] {
        let _ = behaviour(&text);
    }
}
