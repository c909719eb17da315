use waybill_domain::inventory::{Component, ComponentId, Occurrence, Role, Standing};

use super::*;

fn component(purl: &str, role: Role, name: &str) -> Component {
    let mut component = Component::new(ComponentId(purl.to_owned()), role, name);
    component.purl = Some(purl.to_owned());
    component.seen(Occurrence::at("app/main.py", Some(3)));
    component
}

/// The supplier of a component alone in a draft.
fn supplier(component: Component) -> Option<(String, Standing, Option<String>)> {
    let mut draft = Draft::default();
    let id = draft.add(component);
    add(&Tree::default(), &mut draft);
    let supplier = draft.get(&id)?.supplier.clone()?;
    let supplier = draft.supplier_mut(&supplier)?;
    Some((
        supplier.id.0.clone(),
        supplier.standing,
        supplier.country.clone(),
    ))
}

#[test]
fn namespaces_name_suppliers() {
    let cases = [
        (
            "pkg:huggingface/mistralai/Mistral-7B-v0.1",
            "organisation:mistral ai",
            "FR",
        ),
        (
            "pkg:huggingface/datasets/allenai/c4",
            "organisation:allen institute for ai",
            "US",
        ),
        ("pkg:huggingface/gpt2", "organisation:openai", "US"),
        ("pkg:huggingface/acme-lab/tiny", "hub:acme-lab", ""),
        (
            "pkg:docker/library/postgres@16",
            "organisation:postgresql global development group",
            "",
        ),
        ("pkg:docker/library/httpd@2", "organisation:docker", "US"),
        ("pkg:docker/acme/app@1", "images:acme", ""),
        (
            "pkg:docker/huggingface/text-generation-inference@2?repository_url=ghcr.io",
            "organisation:hugging face",
            "FR",
        ),
        (
            "pkg:oci/llama3.1?repository_url=registry.ollama.ai/library&tag=8b",
            "organisation:meta platforms",
            "US",
        ),
        (
            "pkg:npm/%40langchain/core@0.3.0",
            "organisation:langchain",
            "US",
        ),
        (
            "pkg:github/actions/checkout@v4",
            "organisation:github",
            "US",
        ),
        (
            "pkg:golang/github.com/acme/tool@v1.0.0",
            "packages:github.com/acme",
            "",
        ),
        (
            "pkg:maven/com.google.guava/guava@33",
            "organisation:google",
            "US",
        ),
        (
            "pkg:pypi/torch@2.3.0",
            "organisation:pytorch foundation",
            "US",
        ),
        ("pkg:deb/debian/libc6@2.36", "organisation:debian", ""),
        (
            "pkg:terraform/hashicorp/aws@5.0.0",
            "organisation:hashicorp",
            "US",
        ),
    ];
    for (purl, expected, country) in cases {
        let found = supplier(component(purl, Role::Library, "x"));
        let (id, _, land) = found.unwrap_or_else(|| panic!("{purl} has no supplier"));
        assert_eq!(
            (id.as_str(), land.as_deref().unwrap_or_default()),
            (expected, country),
            "{purl}"
        );
    }
}

#[test]
fn metadata_names_suppliers_where_no_namespace_does() {
    let mut by_author = component("pkg:pypi/acme-tools@1.0", Role::Library, "acme-tools");
    by_author.authors = vec!["Acme Labs <dev@acme.example>".to_owned()];
    assert_eq!(
        supplier(by_author),
        Some(("organisation:acme labs".to_owned(), Standing::Claimed, None))
    );
    let mut by_copyright = Component::new(ComponentId("model:m".into()), Role::Model, "m");
    by_copyright.copyright = Some("Copyright (c) 2026 Ada Lovelace".to_owned());
    assert_eq!(
        supplier(by_copyright),
        Some(("holder:ada lovelace".to_owned(), Standing::Claimed, None))
    );
}

#[test]
fn packages_of_nobody_are_one_finding() {
    let mut draft = Draft::default();
    for name in ["aa", "bb", "cc"] {
        draft.add(component(
            &format!("pkg:pypi/zz-{name}@1"),
            Role::Library,
            &format!("zz-{name}"),
        ));
    }
    draft.add(Component::new(
        ComponentId("prompt:p".into()),
        Role::Prompt,
        "p",
    ));
    add(&Tree::default(), &mut draft);
    let finished = draft.finish();
    let messages: Vec<String> = finished
        .noted
        .iter()
        .map(|noted| noted.finding.message.clone())
        .collect();
    assert_eq!(
        messages,
        ["nobody is known to supply 3 pypi packages: `zz-aa`, `zz-bb`, `zz-cc`"]
    );
}
