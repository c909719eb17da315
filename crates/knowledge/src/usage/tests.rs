use super::{CALLS, HOSTED, HOSTS, calls::CallTable, catalogue::Catalogue, hosts::Hosts};

#[test]
fn the_tables_parse_and_agree() {
    let calls = CallTable::parse(CALLS).unwrap();
    let hosts = Hosts::parse(HOSTS).unwrap();
    let catalogue = Catalogue::parse(HOSTED).unwrap();
    assert!(catalogue.all().len() >= 150, "{}", catalogue.all().len());
    let places: usize = hosts
        .suppliers()
        .iter()
        .map(|known| known.hosts.len())
        .sum();
    assert!(places >= 40, "{places}");
    for model in catalogue.all() {
        assert!(hosts.supplier(&model.supplier).is_some(), "{model:?}");
        assert!(model.source.starts_with("https://"), "{model:?}");
        let dates = [&model.released, &model.deprecated, &model.retires];
        for date in dates.into_iter().flatten() {
            let shape: Vec<usize> = date.split('-').map(str::len).collect();
            assert_eq!(shape, [4, 2, 2], "{model:?}");
        }
    }
    for call in calls.all() {
        if let Some(slug) = call.get("supplier") {
            assert!(hosts.supplier(slug).is_some(), "{call:?}");
        }
    }
}

#[test]
fn no_name_stands_twice_in_the_catalogue() {
    let catalogue = Catalogue::parse(HOSTED).unwrap();
    for model in catalogue.all() {
        let same = catalogue
            .named(&model.name)
            .filter(|other| other.supplier == model.supplier)
            .count();
        assert_eq!(same, 1, "{model:?}");
    }
}

#[test]
fn the_most_exact_call_is_meant() {
    let calls = CallTable::parse(CALLS).unwrap();
    let means = |path: &str| calls.find(path).map(|call| call.means.as_str());
    assert_eq!(
        means("transformers.AutoModel.from_pretrained"),
        Some("model")
    );
    assert_eq!(
        means("transformers.AutoTokenizer.from_pretrained"),
        Some("companion")
    );
    assert_eq!(
        means("openai.OpenAI.chat.completions.create"),
        Some("hosted")
    );
    assert_eq!(means("os.path.join"), None);
}

#[test]
fn hosts_tell_supplier_and_region() {
    let hosts = Hosts::parse(HOSTS).unwrap();
    let at = |host: &str| {
        hosts
            .at(host)
            .map(|known| (known.supplier.slug.clone(), known.region))
    };
    assert_eq!(at("api.openai.com"), Some(("openai".to_owned(), None)));
    assert_eq!(
        at("bedrock-runtime.eu-central-1.amazonaws.com"),
        Some(("aws-bedrock".to_owned(), Some("eu-central-1".to_owned())))
    );
    assert_eq!(
        at("europe-west4-aiplatform.googleapis.com"),
        Some(("google-vertex".to_owned(), Some("europe-west4".to_owned())))
    );
    assert_eq!(
        at("acme.openai.azure.com"),
        Some(("azure-openai".to_owned(), None))
    );
    assert_eq!(at("example.org"), None);
}

#[test]
fn constants_stand_for_models() {
    let table = super::constants::parse(super::CONSTANTS).unwrap();
    assert!(table.len() > 300, "{}", table.len());
    assert!(
        table
            .values()
            .all(|name| !name.is_empty() && !name.contains("://"))
    );
    assert_eq!(
        super::constant("fastembed.EmbeddingModel.BGEM3"),
        Some("BAAI/bge-m3")
    );
    assert_eq!(
        super::constant("rig.providers.openai.GPT_4O_MINI"),
        Some("gpt-4o-mini")
    );
    assert_eq!(super::constant("rig.providers"), None);
}
