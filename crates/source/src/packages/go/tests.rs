use super::{go_mod, go_modules_txt, go_sum, go_work};
use crate::packages::shown::shown;

#[test]
fn a_module_with_replacements() {
    let text = "module example.org/App\n\ngo 1.22\n\ntoolchain go1.22.3\n\nrequire (\n\t\
        github.com/Azure/sdk v1.2.0\n\tgolang.org/x/net v0.20.0 // indirect\n\texample.org/own v0.0.0\n)\n\n\
        require github.com/old/name v1.0.0\nrequire broken\n\n\
        replace github.com/old/name => github.com/new/name v1.1.0\nreplace example.org/own v0.0.0 => ../own\n\
        exclude github.com/bad/one v0.1.0\nretract v0.9.0\nnonsense here\n";
    let expected = "wanted\n\
        project example.org/App - - - [] []\n\
        8: golang github.com/Azure/sdk @v1.2.0 direct\n\
        9: golang golang.org/x/net @v0.20.0 indirect\n\
        10: golang example.org/own @v0.0.0 direct path:../own\n\
        13: golang github.com/new/name @v1.1.0 direct\n\
        14: unread: a requirement is not a path and a version\n\
        20: unread: an unknown directive: nonsense";
    assert_eq!(shown(&go_mod(text)), expected);
}

#[test]
fn sums_and_copies() {
    let text = "golang.org/x/net v0.20.0 h1:aCL9BSgETF1k+blQaYUBx9hJ9LOGP3gAVemcZlf1Kpo=\n\
        golang.org/x/net v0.20.0/go.mod h1:z8BVo6PvndSri0LbOE3hAn0apkU+1YvI6E70E9jsnvY=\n\
        golang.org/x/old v0.1.0/go.mod h1:AAA=\nhalf\n";
    let expected = "locked\n\
        1: golang golang.org/x/net @v0.20.0 h1:aCL9BS\n\
        4: unread: not a path, a version and a hash";
    assert_eq!(shown(&go_sum(text)), expected);

    let text = "# github.com/a/b v1.0.0\n## explicit; go 1.20\ngithub.com/a/b\n\
        # github.com/c/d v1.0.0 => github.com/e/f v2.0.0\ngithub.com/c/d/x\n# github.com/c/d => github.com/e/f v2.0.0\n";
    let expected = "installed\n\
        1: golang github.com/a/b @v1.0.0 direct\n\
        4: golang github.com/e/f @v2.0.0\n\
        6: golang github.com/e/f @v2.0.0";
    assert_eq!(shown(&go_modules_txt(text)), expected);
    assert_eq!(
        shown(&go_work("go 1.22\nuse (\n\t./app\n\t./lib\n)\n")),
        "wanted\n3: include ./app\n4: include ./lib"
    );
}
