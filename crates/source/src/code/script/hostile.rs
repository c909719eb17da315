//! Texts that are made to hurt.

use proptest::prelude::{prop_assert_eq, proptest};

use super::script;

/// Runs on as little stack as threads usually have.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

fn repeated(piece: &str, count: usize) -> String {
    piece.repeat(count)
}

#[test]
fn nothing_overflows_the_stack() {
    on_small_stack(|| {
        let pieces = [
            "(",
            "[",
            "{",
            "((",
            "a(",
            "a[",
            "x={",
            "{a:",
            "[{a:",
            "`${",
            "!",
            "-",
            "- ",
            "+ ",
            "~",
            "!\n",
            "typeof ",
            "await ",
            "new ",
            "void ",
            "a=",
            "a=\n",
            "a=>",
            "a=>{",
            "async a=>",
            "()=>",
            "a?",
            "a?b:",
            "a?\nb\n:",
            "a**",
            "a+",
            "a-",
            "a&&",
            "a||",
            "a??",
            "a,",
            "a.",
            "a?.",
            "a()",
            "a().b",
            "a[0]",
            "a``",
            "a!",
            "if(a)",
            "if(a)\n",
            "if(a){}else ",
            "if(a)b;else ",
            "for(;;)",
            "while(1)",
            "while(1)\n",
            "do ",
            "with(a)",
            "l:",
            "l:\n",
            "l\n:",
            "function f(){",
            "class A{m(){",
            "class A extends ",
            "class extends class ",
            "<a>",
            "<a>\n",
            "<a>x",
            "<a>x\n",
            "<a b={<c/>}>",
            "<a b=<a>",
            "<>",
            "<a ",
            "</a>",
            "<a/>",
            "A<",
            "let a:A<",
            "let a:A<B,",
            "type A=",
            "type A=B[",
            "let x: keyof ",
            "a as ",
            "a as b as ",
            "A[]",
            "import a=",
            "namespace a{",
            "namespace a.",
            "declare module a.",
            "export default ",
            "@a ",
            "@a(",
            "/a/",
            "/(",
            "/[/",
            "x=function(){}/((((/\n(",
            "switch(a){case b:",
            "try{",
            "a|",
            "a&",
            "(a:",
            "(a?",
            "(a=",
            "({a=",
            "[a=",
            "...",
            "[...",
            "yield ",
            "import(",
            "`${`",
            "`${a}",
            "'a'+",
            "\"a\"\n",
            "throw ",
            "return ",
            "in ",
            "x in ",
            "1 instanceof ",
            "<T>",
            "<T>(",
            "a<b>(",
            "(a)\n=>",
            "(a)=>(",
            "x={get a(){",
            "a\n?b\n:",
            "=>",
            "async()=>",
            "let a:()=>",
            "let a:new()=>",
            "type A=B extends C?D:",
            "x=<T,>()=>",
            "{",
            "}",
            ")",
            "x;(",
            "#a in ",
            "of ",
            "as ",
            "infer ",
            "a satisfies ",
        ];
        for extension in ["ts", "tsx", "js", "vue"] {
            for prefix in ["", "x = ", "let y: ", "function f() { return "] {
                for piece in pieces {
                    for count in [120, 1_500, 10_000] {
                        let text = format!("{prefix}{}", repeated(piece, count));
                        let _ = script(&text, &format!("a.{extension}"));
                    }
                }
            }
        }
    });
}

#[test]
fn bundles_are_read_on_a_stack_of_their_own() {
    on_small_stack(|| {
        let padding = format!("// {}\n", repeated("x", 64 << 10));
        let nested = |piece: &str, end: &str, count: usize| {
            let text = format!(
                "{padding}a={}b{}",
                repeated(piece, count),
                repeated(end, count)
            );
            script(&text, "a.js")
        };
        for (piece, end, count) in [
            ("(", ")", 2000),
            ("[", "]", 2000),
            ("{a:", "}", 1000),
            ("a?b:", "", 1200),
            ("a=>", "", 5000),
            ("!", "", 5000),
            ("f(function(){return ", "})", 600),
        ] {
            assert_eq!(nested(piece, end, count).unread, [], "{piece}");
        }
        for (piece, end) in [("(", ")"), ("a?b:", ""), ("a=>", ""), ("[", "]")] {
            assert_eq!(nested(piece, end, 20_000).unread.len(), 1, "{piece}");
        }
    });
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,120}") {
        for path in ["a.js", "a.tsx", "a.vue"] {
            prop_assert_eq!(script(&text, path), script(&text, path));
        }
    }

    #[test]
    fn anything_like_code_is_read_without_panic(text in "[a-c(){}\\[\\]<>=+?:;,.`$\"'/ \n]{0,80}") {
        for path in ["a.js", "a.tsx", "a.vue"] {
            prop_assert_eq!(script(&text, path), script(&text, path));
        }
    }
}
