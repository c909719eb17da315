use std::sync::Arc;

use waybill_domain::inventory::{Component, Hash, Pin, RelationKind, Role, Standing};
use waybill_fixtures::assemble;

use super::*;
use crate::{reading::read, usage::Surroundings};

/// A draft of the local parts, out of files; what is `kind: text` is assembled.
fn draft(files: &[(&str, &str)]) -> Draft {
    let mut facts = Vec::new();
    for (path, content) in files {
        let bytes = match content.split_once("\n\n:") {
            Some((kind, text)) if !kind.contains('\n') => {
                assemble(kind, text).unwrap_or_else(|error| panic!("{path}: {error}"))
            }
            _ => content.as_bytes().to_vec(),
        };
        let digest = format!(
            "{:064x}",
            bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>()
        );
        let hashes = vec![Hash {
            algorithm: "sha-256".to_owned(),
            value: digest,
            standing: Standing::Observed,
        }];
        let bytes: waybill_formats::Bytes = Arc::new(bytes);
        facts.push(read(path, &bytes, hashes, &Surroundings::default()));
    }
    let tree = Tree::new(facts);
    let mut draft = Draft::default();
    add(&tree, &mut draft);
    crate::suppliers::add(&tree, &mut draft);
    crate::licences::add(&tree, &mut draft);
    draft
}

fn ids(draft: &Draft) -> Vec<&str> {
    draft
        .components()
        .map(|component| component.id.as_str())
        .collect()
}

fn relations(draft: &Draft) -> Vec<String> {
    draft
        .relations()
        .map(|relation| {
            format!(
                "{} {} {}",
                relation.from,
                relation.kind.as_str(),
                relation.to
            )
        })
        .collect()
}

fn findings(draft: Draft) -> Vec<String> {
    let noted = draft.finish().noted;
    noted
        .into_iter()
        .filter(|noted| {
            !matches!(
                noted.finding.rule.as_str(),
                "unknown-supplier" | "licence-unknown"
            )
        })
        .map(|noted| format!("{}: {}", noted.finding.rule, noted.finding.message))
        .collect()
}

fn component<'a>(draft: &'a Draft, id: &str) -> &'a Component {
    draft
        .get(&ComponentId(id.to_owned()))
        .unwrap_or_else(|| panic!("no {id} in {:?}", ids(draft)))
}

const WEIGHTS: &str =
    "safetensors\n\n:tensor \"w\" dtype=F32 shape=10,10\ntensor \"b\" dtype=F16 shape=5\n";
const CONFIG: &str = "{\"architectures\": [\"BertForSequenceClassification\"], \"model_type\": \"bert\", \"vocab_size\": 30522, \"max_position_embeddings\": 512, \"transformers_version\": \"4.40.0\", \"_name_or_path\": \"acme/base\"}";

#[test]
fn a_folder_is_one_model_and_its_card_claims() {
    let card = "---\nlicense: apache-2.0\nlibrary_name: transformers\npipeline_tag: text-classification\nbase_model: acme/base\ndatasets:\n- acme/reviews\nlanguage: en\n---\n# Tiny\n\nSorts reviews.\n\n## Limitations\n\nEnglish only.\n\n## Uses\n\n[More Information Needed]\n";
    let draft = draft(&[
        ("models/tiny/config.json", CONFIG),
        ("models/tiny/model.safetensors", WEIGHTS),
        ("models/tiny/README.md", card),
        (
            "models/tiny/tokenizer_config.json",
            "{\"tokenizer_class\": \"BertTokenizer\", \"chat_template\": \"{{ x }}\"}",
        ),
        ("models/tiny/optimizer.pt", "not read"),
    ]);
    assert_eq!(
        ids(&draft),
        [
            "chat-template:models/tiny/tokenizer_config.json",
            "model:models/tiny",
            "pkg:huggingface/acme/base",
            "pkg:huggingface/datasets/acme/reviews",
        ]
    );
    let model = component(&draft, "model:models/tiny");
    assert_eq!(
        (model.name.as_str(), model.role, model.pin),
        ("tiny", Role::Model, Some(Pin::Digest))
    );
    let facts = model.model.as_ref().unwrap();
    assert_eq!(facts.parameter_count, Some(105));
    assert_eq!(
        facts.architecture.as_deref(),
        Some("BertForSequenceClassification")
    );
    assert_eq!(facts.context_length, Some(512));
    assert_eq!(facts.tokenizer.as_deref(), Some("BertTokenizer"));
    assert_eq!(facts.task.as_deref(), Some("text-classification"));
    assert_eq!(facts.limitations, ["English only."]);
    assert!(facts.intended_uses.is_empty());
    assert_eq!(model.description.as_deref(), Some("Sorts reviews."));
    let licences: Vec<_> = model
        .licences
        .iter()
        .map(|licence| licence.expression.as_deref())
        .collect();
    assert_eq!(licences, [Some("Apache-2.0")]);
    assert_eq!(
        relations(&draft),
        [
            "model:models/tiny fine-tuned-from pkg:huggingface/acme/base",
            "model:models/tiny trained-on pkg:huggingface/datasets/acme/reviews",
            "model:models/tiny described-by chat-template:models/tiny/tokenizer_config.json",
        ]
    );
    assert_eq!(findings(draft), [""; 0]);
}

#[test]
fn an_adapter_names_its_base_with_its_revision() {
    let config = "{\"peft_type\": \"LORA\", \"r\": 16, \"lora_alpha\": 32, \"target_modules\": [\"q_proj\", \"v_proj\"], \"base_model_name_or_path\": \"mistralai/Mistral-7B-v0.1\", \"revision\": \"26bca36bde8333b5d7f72e9ed20ccda6a618af24\"}";
    let draft = draft(&[
        ("adapters/support/adapter_config.json", config),
        (
            "adapters/support/adapter_model.safetensors",
            "safetensors\n\n:tensor \"lora_A\" dtype=F32 shape=4,4\n",
        ),
        (
            "adapters/support/README.md",
            "---\nlibrary_name: peft\nbase_model: meta-llama/Llama-2-7b\nlicense: mit\n---\n",
        ),
    ]);
    let base = "pkg:huggingface/mistralai/Mistral-7B-v0.1@26bca36bde8333b5d7f72e9ed20ccda6a618af24";
    assert_eq!(component(&draft, base).pin, Some(Pin::Digest));
    let adapter = component(&draft, "adapter:adapters/support");
    assert_eq!(adapter.role, Role::Adapter);
    let parameters = &adapter.model.as_ref().unwrap().hyperparameters;
    assert_eq!(
        parameters.get("target_modules").map(String::as_str),
        Some("q_proj, v_proj")
    );
    assert!(
        draft
            .relations()
            .any(|relation| relation.kind == RelationKind::AdapterOf && relation.to.0 == base)
    );
    assert_eq!(
        findings(draft),
        [
            "card-disagrees-with-bytes: the card claims the origin `meta-llama/Llama-2-7b`, `adapter_config.json` has `mistralai/Mistral-7B-v0.1`"
        ]
    );
}

#[test]
fn a_header_contradicts_a_card() {
    let gguf = "gguf\n\n:pair \"general.architecture\" string \"llama\"\npair \"llama.context_length\" u32 4096\npair \"general.file_type\" u32 15\npair \"general.license\" string \"mit\"\npair \"general.name\" string \"Acme\"\ntensor \"w\" dims=256,4 type=12\n";
    let card = "---\nlicense: llama3.1\ntags: [gguf]\nbase_model: meta-llama/Llama-3.1-8B\n---\n# Acme\n\n- **Parameters:** 8B\n- **Context length:** 8192\n- **Quantization:** Q8_0\n";
    let draft = draft(&[
        ("models/acme/acme.gguf", gguf),
        ("models/acme/README.md", card),
    ]);
    let model = component(&draft, "model:models/acme");
    assert_eq!(
        model.model.as_ref().unwrap().quantisation.as_deref(),
        Some("Q4_K_M")
    );
    assert_eq!(
        findings(draft),
        [
            "card-disagrees-with-bytes: the card claims the licence `llama3.1`, the header has `mit`",
            "card-disagrees-with-bytes: the card claims 8.00 billion parameters, the tensors have 1024",
            "card-disagrees-with-bytes: the card claims a context of 8192 tokens, the configuration has 4096",
            "card-disagrees-with-bytes: the card claims the quantisation `Q8_0`, the header has `Q4_K_M`",
            "licence-conflict: its sources state different licences: `LicenseRef-Llama-3.1-Community` in models/acme/README.md, `MIT` in models/acme/acme.gguf",
        ]
    );
}

#[test]
fn shards_are_one_model_and_missing_ones_are_told() {
    let shard = |number: u32| format!("models/big/model-0000{number}-of-00003.safetensors");
    let (one, three) = (shard(1), shard(3));
    let draft = draft(&[
        ("models/big/config.json", CONFIG),
        (&one, WEIGHTS),
        (&three, WEIGHTS),
    ]);
    let model = component(&draft, "model:models/big");
    assert_eq!(model.model.as_ref().unwrap().parameter_count, Some(210));
    assert_eq!(
        findings(draft),
        ["shard-missing: 1 of 3 shards are missing: number 2"]
    );
}

#[test]
fn data_is_found_and_fixtures_are_not() {
    let rows = "text,label\ngood,1\nbad,0\n";
    let lines = "{\"question\": \"a\", \"answer\": \"b\"}\n";
    let draft = draft(&[
        ("data/train.csv", rows),
        ("data/corpus/part-000.jsonl", lines),
        ("data/corpus/part-001.jsonl", lines),
        ("eval/questions.jsonl", lines),
        ("tests/fixtures/train.csv", rows),
        ("config/settings.json", "[{\"a\": 1}, {\"a\": 2}]"),
        (
            "data/raw/big.parquet.dvc",
            "outs:\n- md5: 0cc175b9c0f1b6a831c399e269772661\n  size: 5\n  path: big.parquet\n",
        ),
    ]);
    assert_eq!(
        ids(&draft),
        [
            "dataset:data/corpus",
            "dataset:data/raw/big.parquet",
            "dataset:data/train.csv",
            "evaluation-set:eval/questions.jsonl",
        ]
    );
    let train = component(&draft, "dataset:data/train.csv")
        .dataset
        .as_ref()
        .unwrap();
    assert_eq!(
        (train.fields.as_slice(), train.records),
        (["text".to_owned(), "label".to_owned()].as_slice(), Some(2))
    );
    let tracked = component(&draft, "dataset:data/raw/big.parquet");
    let hash = tracked.hashes.first().unwrap();
    assert_eq!(
        (hash.algorithm.as_str(), hash.standing),
        ("md5", Standing::Claimed)
    );
}

#[test]
fn croissant_is_read_under_every_prefix() {
    for prefix in ["rai:", "cr-rai:", "http://mlcommons.org/croissant/RAI/"] {
        let text = format!(
            "{{\"@context\": {{}}, \"@type\": \"sc:Dataset\", \"conformsTo\": \"http://mlcommons.org/croissant/1.1\", \"name\": \"reviews\", \"license\": \"https://creativecommons.org/licenses/by/4.0/\", \"creator\": {{\"@type\": \"Organization\", \"name\": \"Acme Labs\"}}, \"{prefix}dataBiases\": [\"young writers\"], \"distribution\": [{{\"@type\": \"cr:FileObject\", \"encodingFormat\": \"text/csv\", \"sha256\": \"{:064x}\"}}], \"recordSet\": [{{\"field\": [{{\"name\": \"text\"}}]}}], \"prov:wasDerivedFrom\": \"https://huggingface.co/datasets/acme/raw\"}}",
            7
        );
        let draft = draft(&[
            ("data/reviews/croissant.json", &text),
            ("data/reviews/all.csv", "text\na\n"),
        ]);
        let data = component(&draft, "dataset:data/reviews");
        let facts = data.dataset.as_ref().unwrap();
        assert_eq!(facts.biases.as_deref(), Some("young writers"), "{prefix}");
        assert_eq!(facts.fields, ["text"]);
        assert_eq!(data.name, "reviews");
        assert_eq!(
            data.licences.first().unwrap().expression.as_deref(),
            Some("CC-BY-4.0")
        );
        assert_eq!(data.supplier.as_ref().unwrap().0, "organisation:acme labs");
        assert_eq!(
            relations(&draft),
            ["dataset:data/reviews derived-from pkg:huggingface/datasets/acme/raw"]
        );
    }
}

#[test]
fn modelfiles_and_kitfiles_name_their_parts() {
    let draft = draft(&[
        (
            "ollama/Modelfile",
            "FROM llama3.1:8b\nPARAMETER temperature 0.2\nSYSTEM \"\"\"\nYou help.\n\"\"\"\n",
        ),
        (
            "kit/Kitfile",
            "manifestVersion: 1.0.0\nmodel:\n  name: clf\n  path: ./clf.onnx\n  license: Apache-2.0\ndatasets:\n- name: rows\n  path: ./rows.csv\n",
        ),
    ]);
    assert_eq!(
        ids(&draft),
        [
            "dataset:kit/rows.csv",
            "model:kit/clf.onnx",
            "pkg:oci/llama3.1?repository_url=registry.ollama.ai%2Flibrary&tag=8b",
            "prompt:ollama/Modelfile",
        ]
    );
}

#[test]
fn the_same_bytes_under_other_terms_are_a_conflict() {
    let draft = draft(&[
        ("a/m/config.json", CONFIG),
        ("a/m/model.safetensors", WEIGHTS),
        (
            "a/m/README.md",
            "---\nlicense: mit\nlibrary_name: transformers\n---\n",
        ),
        ("b/m/config.json", CONFIG),
        ("b/m/model.safetensors", WEIGHTS),
        (
            "b/m/README.md",
            "---\nlicense: cc-by-nc-4.0\nlibrary_name: transformers\n---\n",
        ),
    ]);
    assert_eq!(
        findings(draft),
        [
            "licence-conflict: the same bytes are in `model:b/m` under other terms: `MIT` in a/m/README.md, `CC-BY-NC-4.0` in b/m/README.md"
        ]
    );
}

#[test]
fn a_folder_among_models_is_one_and_a_card_among_data_speaks_of_its_file() {
    let draft = draft(&[
        (
            "models/clerk/clerk-1b.Q4_K_M.gguf",
            "gguf\n\n:pair \"general.architecture\" string \"llama\"\n",
        ),
        (
            "models/clerk/Modelfile",
            "FROM ./clerk-1b.Q4_K_M.gguf\nPARAMETER temperature 0.2\n",
        ),
        (
            "data/README.md",
            "---\npretty_name: By-laws\nlicense: cc0-1.0\ntask_categories: [text-retrieval]\n---\n# By-laws\n",
        ),
        ("data/by_laws.jsonl", "{\"a\": 1}\n"),
    ]);
    assert_eq!(
        ids(&draft),
        ["dataset:data/by_laws.jsonl", "model:models/clerk"]
    );
    let clerk = component(&draft, "model:models/clerk");
    assert_eq!(
        clerk
            .properties
            .get("ollama.temperature")
            .map(String::as_str),
        Some("0.2")
    );
}
