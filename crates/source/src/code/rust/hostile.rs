//! Texts that are made to hurt.

use proptest::prelude::{prop_assert_eq, proptest};

use super::rust;

#[test]
fn nothing_overflows_the_stack() {
    let work = || {
        let pieces = [
            "(",
            "[",
            "{",
            "((",
            "a(",
            "!",
            "-",
            "&",
            "*",
            "- ",
            "a+",
            "a&&",
            "a=",
            "a.",
            "a.b()",
            "a()",
            "a?",
            "a[0]",
            "if a {} else ",
            "if a {",
            "match a { b => ",
            "|a| ",
            "||",
            "move || ",
            "async {",
            "unsafe {",
            "return ",
            "break ",
            "a..",
            "..",
            "a as ",
            "a as b as ",
            "A<",
            "Vec<",
            "let x: A<B,",
            "fn f() {",
            "mod a {",
            "impl A {",
            "use a::{",
            "use a::",
            "a::",
            "a::<",
            "#[a(",
            "#[a]",
            "/*",
            "/* */",
            "\"",
            "'",
            "r#\"",
            "vec![",
            "json!({\"a\":",
            "x!{",
            "x!(x!(",
            "&mut ",
            "dyn A+",
            "fn(",
            "for<'a> ",
            "for a in ",
            "while a {",
            "loop {",
            "'a: loop {",
            "let a = ",
            "let A(",
            "A|",
            "a|",
            "&a|",
            "A{a:",
            "box ",
            "const {",
            "trait A: ",
            "where A: ",
            "struct A(",
            "extern \"C\" fn(",
            "-> ",
            "=> ",
            "a;",
            "!(",
            "a as fn() -> ",
            "impl Fn() -> ",
            "*const ",
        ];
        for prefix in [
            "",
            "fn f() { ",
            "const A: B = ",
            "fn f() { let x = ",
            "type T = ",
            "fn f() { x!(",
        ] {
            for piece in pieces {
                for count in [50, 280, 10_000] {
                    let _ = rust(&format!("{prefix}{}", piece.repeat(count)));
                    let closing = if prefix.ends_with("x!(") { ") }" } else { " }" };
                    let _ = rust(&format!("{prefix}{}a;{closing}", piece.repeat(count)));
                }
            }
        }
    };
    std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,120}") {
        prop_assert_eq!(rust(&text), rust(&text));
    }

    #[test]
    fn anything_like_code_is_read_without_panic(text in "[a-c(){}\\[\\]<>=+?:;,.!#|&\"'/ \n]{0,80}") {
        prop_assert_eq!(rust(&text), rust(&text));
    }
}
