use super::*;

fn entity(
    name: &str,
    parameter: bool,
    external: Option<&str>,
    references: u64,
    length: usize,
) -> Entity {
    Entity {
        name: name.to_owned(),
        parameter,
        external: external.map(str::to_owned),
        references,
        length,
    }
}

#[test]
fn declarations_are_read_without_being_expanded() {
    let text = "<?xml version=\"1.0\"?>\n<!DOCTYPE PMML SYSTEM \"http://h/x.dtd\" [\n<!-- <!ENTITY c \"x\"> -->\n<!ENTITY a \"1234\">\n<!ENTITY b '&a;&a;>'>\n<!ENTITY % r SYSTEM \"file:///etc/passwd\">\n<!ENTITY p PUBLIC \"-//x\" \"http://h/e\">\n%r;]>\n<PMML/>";
    let found = parse(text, false).document_type.unwrap();
    assert_eq!(found.external.as_deref(), Some("http://h/x.dtd"));
    assert!(found.uses_parameters);
    assert_eq!(
        found.entities,
        [
            entity("a", false, None, 0, 4),
            entity("b", false, None, 2, 7),
            entity("r", true, Some("file:///etc/passwd"), 0, 0),
            entity("p", false, Some("http://h/e"), 0, 0),
        ]
    );
}

#[test]
fn scripts_and_references_are_found() {
    let text = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><a xlink:href=\"java\nscript&#58;run()\"/><script>run(1)</script><xi:include href=\"file:///etc/passwd\"/><layer type=\"Conv\" version=\"opset1\" impl=\"./libx.so\"/></svg>";
    let facts = parse(text, false);
    let names =
        |told: &[Told]| -> Vec<String> { told.iter().map(|told| told.name.clone()).collect() };
    assert_eq!(names(&facts.scripts), ["svg.onload", "a.href", "script"]);
    assert_eq!(names(&facts.references), ["include.href", "layer.impl"]);
    assert_eq!((facts.root.as_str(), facts.elements), ("svg", 5));
    assert!(
        facts
            .layers
            .contains_key(&("Conv".to_owned(), "opset1".to_owned()))
    );
    assert_eq!(facts.broken, None);
}

#[test]
fn html_need_not_end_its_elements() {
    let page = "<!DOCTYPE html><html><body><p>one<br><p>two & three</html>";
    assert_eq!(parse(page, true).broken, None);
    assert!(parse(page, false).broken.is_some());
}

#[test]
fn depth_and_damage_are_told() {
    let deep = "<a>".repeat(5000);
    assert_eq!(parse(&deep, false).limit, Some("depth"));
    assert!(parse("<a><b></a>", false).broken.is_some());
    assert!(parse("<a", false).broken.is_some());
}

#[test]
fn constants_of_a_model_are_found_in_both_forms_of_the_format() {
    let text = "<net version='11'><layer name='a' type='Const'><data element_type='f32' offset='8' size='16'/></layer>\
        <layer name='b' type='Conv'><blobs><weights offset='24' size='4' precision='FP16'/></blobs><data offset='x' size='4'/></layer></net>";
    let constant = |name: &str, element: &str, start, length| Constant {
        name: name.to_owned(),
        element: element.to_owned(),
        start,
        length,
    };
    assert_eq!(
        parse(text, false).constants,
        [constant("a", "f32", 8, 16), constant("b", "FP16", 24, 4)]
    );
}
