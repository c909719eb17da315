use waybill_domain::inventory::{Component, ComponentId, Pin, RelationKind, Role};
use waybill_source::{
    code::{CodeFacts, EmbeddedCommand},
    commands,
};

use super::{add, environment};
use crate::{
    draft::{Draft, Finished},
    reading::{FileFacts, Reading},
    tree::{Tree, file_name},
};

fn file(path: &str, text: &str) -> FileFacts {
    let facts = match file_name(path) {
        "Dockerfile" => commands::dockerfile(text),
        "compose.yaml" => commands::compose(text),
        name if name.starts_with(".env") => commands::environment(text),
        name if name.ends_with(".sh") => commands::shell(text),
        name if name.ends_with(".tf") || name.ends_with(".hcl") => commands::terraform(text),
        _ if path.contains("workflows") || path.contains("gitlab") => commands::workflow(text),
        _ => commands::kubernetes(text),
    };
    FileFacts {
        path: path.to_owned(),
        readings: vec![Reading::Commands(Box::new(facts))],
        ..FileFacts::default()
    }
}

fn found(files: &[(&str, &str)]) -> Finished {
    let tree = Tree::new(files.iter().map(|(path, text)| file(path, text)).collect());
    let mut draft = Draft::default();
    add(&tree, &mut draft);
    draft.finish()
}

/// Id and pin of every component.
fn list(finished: &Finished) -> Vec<(&str, &str)> {
    let pin = |component: &Component| component.pin.map_or("", Pin::as_str);
    finished
        .components
        .iter()
        .map(|component| (component.id.as_str(), pin(component)))
        .collect()
}

fn get<'f>(finished: &'f Finished, id: &str) -> &'f Component {
    finished
        .components
        .iter()
        .find(|component| component.id.as_str() == id)
        .expect("component")
}

fn related(finished: &Finished, from: &str, kind: RelationKind, to: &str) -> bool {
    finished.relations.iter().any(|relation| {
        relation.from.as_str() == from && relation.kind == kind && relation.to.as_str() == to
    })
}

#[test]
fn a_dockerfile_names_image_packages_and_models() {
    let finished = found(&[(
        "Dockerfile",
        "FROM nvidia/cuda:12.1.0-runtime-ubuntu22.04\nARG MODEL=google/gemma-2b\n\
         RUN apt-get update && apt-get install -y --no-install-recommends curl=7.81.0 git\n\
         RUN pip install --no-cache-dir torch==2.1.0 'transformers>=4.40' -r requirements.txt git+https://github.com/org/lib@v1\n\
         RUN huggingface-cli download ${MODEL} --revision 0f6a9e0f6a9e0f6a9e0f6a9e0f6a9e0f6a9e0f6a\n\
         RUN hf download --repo-type dataset squad/squad_v2 && hf download $UNKNOWN\n\
         RUN curl -fsSL https://ollama.com/install.sh | sh\n\
         RUN wget https://h.example/files/m.gguf && curl http://localhost:80/health\n\
         RUN git clone --depth 1 -b v2 https://github.com/ggml-org/llama.cpp\n\
         RUN python -m spacy download en_core_web_sm\n\
         CMD [\"python\", \"-m\", \"vllm.entrypoints.openai.api_server\", \"--model\", \"org/chat\", \"--trust-remote-code\", \"--lora-modules\", \"sql=org/sql-lora\"]\n",
    )]);
    assert_eq!(
        list(&finished),
        [
            ("model:https://h.example/files/m.gguf", "floating"),
            ("model:spacy/en_core_web_sm", "floating"),
            ("pkg:deb/ubuntu/curl@7.81.0", "name"),
            ("pkg:deb/ubuntu/git", "floating"),
            ("pkg:docker/nvidia/cuda@12.1.0-runtime-ubuntu22.04", "name"),
            (
                "pkg:generic/ollama?download_url=https:%2F%2Follama.com%2Finstall.sh",
                "floating"
            ),
            ("pkg:github/ggml-org/llama.cpp@v2", "name"),
            ("pkg:huggingface/datasets/squad/squad_v2", "floating"),
            (
                "pkg:huggingface/google/gemma-2b@0f6a9e0f6a9e0f6a9e0f6a9e0f6a9e0f6a9e0f6a",
                "digest"
            ),
            ("pkg:huggingface/org/chat", "floating"),
            ("pkg:huggingface/org/sql-lora", "floating"),
            (
                "pkg:pypi/lib@v1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Forg%2Flib%40v1",
                "name"
            ),
            ("pkg:pypi/torch@2.1.0", "name"),
            ("pkg:pypi/transformers", "floating"),
        ]
    );
    let image = "pkg:docker/nvidia/cuda@12.1.0-runtime-ubuntu22.04";
    assert!(related(&finished, "subject", RelationKind::BuiltOn, image));
    assert!(related(
        &finished,
        image,
        RelationKind::Uses,
        "pkg:huggingface/org/chat"
    ));
    let (lora, chat) = ("pkg:huggingface/org/sql-lora", "pkg:huggingface/org/chat");
    assert!(related(&finished, lora, RelationKind::AdapterOf, chat));
    assert_eq!(get(&finished, chat).remote_code, Some(true));
    assert_eq!(
        get(&finished, "pkg:pypi/transformers")
            .requirement
            .as_deref(),
        Some(">=4.40")
    );
    let script = get(
        &finished,
        "pkg:generic/ollama?download_url=https:%2F%2Follama.com%2Finstall.sh",
    );
    assert_eq!(
        script.properties.get("run").map(String::as_str),
        Some("piped into an interpreter")
    );
    let place = get(&finished, chat)
        .occurrences
        .first()
        .cloned()
        .expect("place");
    assert_eq!(
        (place.path.as_str(), place.line, place.symbol.as_deref()),
        ("Dockerfile", Some(11), Some("vllm serve"))
    );
}

#[test]
fn services_take_models_from_arguments_and_variables() {
    let finished = found(&[
        (
            "deploy/compose.yaml",
            "services:\n  llm:\n    image: vllm/vllm-openai:v0.6.3\n    command: --model ${CHAT_MODEL} --revision v1\n  embed:\n    image: ghcr.io/huggingface/text-embeddings-inference:1.5\n    environment:\n      MODEL_ID: BAAI/bge-m3\n      REVISION: refs/pr/5\n  lost:\n    image: me/app:${TAG}\n    command: vllm serve ${NOBODY_KNOWS}\n  redis:\n    image: redis\nmodels:\n  s: {model: ai/smollm2}\n",
        ),
        ("deploy/.env", "CHAT_MODEL=org/chat\n"),
        (
            "k8s/tgi.yaml",
            "kind: Pod\nspec:\n  containers:\n    - name: tgi\n      image: ghcr.io/huggingface/text-generation-inference\n      args: [--model-id, org/tgi, --quantize, awq]\n",
        ),
        (
            "run.sh",
            "ollama create mine -f Modelfile\nollama run mine\nollama pull llama3:8b\nllama-server -hf org/quant-GGUF:Q4_K_M --port 80\n\
             docker run --gpus all -p 80:80 -e X=1 vllm/vllm-openai:v0.6.3 --model org/direct\n\
             vllm serve ./models/local\nvllm serve other/served --tokenizer other/tok\n\
             accelerate launch train.py --model_name_or_path org/start --dataset_name org/corpus\n",
        ),
    ]);
    assert_eq!(
        list(&finished),
        [
            ("pkg:docker/ai/smollm2", "floating"),
            (
                "pkg:docker/huggingface/text-embeddings-inference@1.5?repository_url=ghcr.io",
                "name"
            ),
            (
                "pkg:docker/huggingface/text-generation-inference?repository_url=ghcr.io",
                "floating"
            ),
            ("pkg:docker/library/redis", "floating"),
            ("pkg:docker/vllm/vllm-openai@v0.6.3", "name"),
            ("pkg:huggingface/BAAI/bge-m3@refs%2Fpr%2F5", "name"),
            ("pkg:huggingface/datasets/org/corpus", "floating"),
            ("pkg:huggingface/org/chat@v1", "name"),
            ("pkg:huggingface/org/direct", "floating"),
            ("pkg:huggingface/org/quant-GGUF", "floating"),
            ("pkg:huggingface/org/start", "floating"),
            ("pkg:huggingface/org/tgi", "floating"),
            ("pkg:huggingface/other/served", "floating"),
            ("pkg:huggingface/other/tok", "floating"),
            (
                "pkg:oci/llama3?repository_url=registry.ollama.ai%2Flibrary&tag=8b",
                "name"
            ),
        ]
    );
    assert_eq!(get(&finished, "pkg:docker/ai/smollm2").role, Role::Model);
    let tei = "pkg:docker/huggingface/text-embeddings-inference@1.5?repository_url=ghcr.io";
    assert!(related(
        &finished,
        tei,
        RelationKind::Uses,
        "pkg:huggingface/BAAI/bge-m3@refs%2Fpr%2F5"
    ));
    let suppliers: Vec<&str> = finished
        .suppliers
        .iter()
        .map(|supplier| supplier.name.as_str())
        .collect();
    assert_eq!(
        suppliers,
        ["Docker Official Images", "Hugging Face", "vLLM"]
    );
}

#[test]
fn workflows_terraform_and_tools() {
    let finished = found(&[
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3\n      - uses: org/mono/sub@v1\n      - uses: ./here\n      - run: npx -y @modelcontextprotocol/server-x@1.2.3 && npx eslint .\n      - run: uvx ruff@0.4.1 && npm install -g @scope/tool@^2 plain@1.0.0\n      - run: cargo install cargo-deny --version 0.14.0 && go install golang.org/x/tools/gopls@v0.15.0\n",
        ),
        (
            "main.tf",
            "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\", version = \"~> 5.0\" }\n  }\n}\nmodule \"m\" {\n  source = \"git::https://github.com/org/mod.git//sub?ref=v3\"\n}\nmodule \"l\" { source = \"./x\" }\nresource \"aws_bedrockagent_agent\" \"a\" {\n  foundation_model = \"anthropic.claude-3-haiku-20240307-v1:0\"\n}\n",
        ),
        (
            ".terraform.lock.hcl",
            "provider \"registry.terraform.io/hashicorp/aws\" {\n  version = \"5.31.0\"\n  hashes = [\"h1:x=\"]\n}\n",
        ),
    ]);
    assert_eq!(
        list(&finished),
        [
            (
                "hosted-model:aws-bedrock/anthropic.claude-3-haiku-20240307-v1:0",
                "name"
            ),
            ("pkg:cargo/cargo-deny@0.14.0", "name"),
            (
                "pkg:github/actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3",
                "digest"
            ),
            ("pkg:github/org/mod@v3", "name"),
            ("pkg:github/org/mono@v1#sub", "name"),
            ("pkg:golang/golang.org/x/tools/gopls@v0.15.0", "name"),
            ("pkg:npm/%40modelcontextprotocol/server-x@1.2.3", "name"),
            ("pkg:npm/%40scope/tool", "floating"),
            ("pkg:npm/plain@1.0.0", "name"),
            ("pkg:pypi/ruff@0.4.1", "name"),
            ("pkg:terraform/hashicorp/aws@5.31.0", "digest"),
        ]
    );
    let aws = get(&finished, "pkg:terraform/hashicorp/aws@5.31.0");
    assert_eq!(aws.requirement.as_deref(), Some("~> 5.0"));
    assert_eq!(aws.occurrences.len(), 2);
}

#[test]
fn code_runs_commands_too() {
    let code = CodeFacts {
        commands: vec![
            EmbeddedCommand {
                text: "pip install datasets==2.0.0".into(),
                line: 7,
            },
            EmbeddedCommand {
                text: "kaggle datasets download -d owner/data".into(),
                line: 9,
            },
        ],
        ..CodeFacts::default()
    };
    let tree = Tree::new(vec![
        FileFacts {
            path: "a.ipynb".into(),
            readings: vec![Reading::Code(Box::new(code))],
            ..FileFacts::default()
        },
        file(".env", "MODEL_ID=org/x\nKEY=abc\n"),
    ]);
    let mut draft = Draft::default();
    add(&tree, &mut draft);
    let finished = draft.finish();
    assert_eq!(
        list(&finished),
        [
            ("dataset:kaggle/owner/data", "floating"),
            ("pkg:pypi/datasets@2.0.0", "name")
        ]
    );
    let line = get(&finished, "pkg:pypi/datasets@2.0.0")
        .occurrences
        .first()
        .and_then(|place| place.line);
    assert_eq!(line, Some(7));
    let values: Vec<String> = environment(&tree, "MODEL_ID")
        .into_iter()
        .map(|(value, _)| value)
        .collect();
    assert_eq!(values, ["org/x"]);
    assert!(environment(&tree, "KEY").is_empty());
}

#[test]
fn an_unpinned_package_joins_the_locked_one() {
    let tree = Tree::new(vec![file(
        "Dockerfile",
        "FROM scratch\nRUN pip install torch\n",
    )]);
    let mut draft = Draft::default();
    let id = ComponentId("pkg:pypi/torch@2.1.0".into());
    let mut locked = Component::new(id.clone(), Role::Library, "torch");
    locked.purl = Some(id.0.clone());
    draft.add(locked);
    add(&tree, &mut draft);
    let finished = draft.finish();
    assert_eq!(list(&finished), [("pkg:pypi/torch@2.1.0", "")]);
    assert_eq!(get(&finished, "pkg:pypi/torch@2.1.0").occurrences.len(), 1);
}

#[test]
fn commands_within_running_containers_count() {
    let finished = found(&[(
        "run.sh",
        "docker exec -it -u root ollama ollama pull phi3:mini\n\
         docker compose -f a.yml exec llm ollama pull granite3-dense:8b\n\
         kubectl -n ai exec deploy/x -- ollama pull llava:7b\n\
         /usr/bin/podman pull docker.io/acme/pre:1.2\n\
         docker exec web ls /srv\n",
    )]);
    assert_eq!(
        list(&finished),
        [
            ("pkg:docker/acme/pre@1.2", "name"),
            (
                "pkg:oci/granite3-dense?repository_url=registry.ollama.ai%2Flibrary&tag=8b",
                "name"
            ),
            (
                "pkg:oci/llava?repository_url=registry.ollama.ai%2Flibrary&tag=7b",
                "name"
            ),
            (
                "pkg:oci/phi3?repository_url=registry.ollama.ai%2Flibrary&tag=mini",
                "name"
            ),
        ]
    );
}

#[test]
fn clouds_name_models_and_prompts_in_terraform() {
    let finished = found(&[(
        "main.tf",
        "module \"net\" {\n  source  = \"terraform-aws-modules/vpc/aws\"\n  version = \"5.13.0\"\n}\n\
         resource \"aws_bedrockagent_agent\" \"clerk\" {\n  foundation_model = \"anthropic.claude-3-5-sonnet-20240620-v1:0\"\n  instruction = \"You are a clerk\"\n}\n\
         resource \"azurerm_cognitive_deployment\" \"d\" {\n  model {\n    name = \"gpt-4o\"\n    version = \"2024-08-06\"\n  }\n}\n\
         resource \"google_dialogflow_cx_agent\" \"g\" {\n  llm_model_settings {\n    model = \"gemini-1.5-pro@002\"\n  }\n}\n",
    )]);
    assert_eq!(
        list(&finished),
        [
            (
                "hosted-model:aws-bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0",
                "name"
            ),
            ("hosted-model:azure-openai/gpt-4o", "name"),
            ("hosted-model:google-vertex/gemini-1.5-pro", "name"),
            ("pkg:terraform/terraform-aws-modules/vpc/aws@5.13.0", "name"),
            ("prompt:main.tf#aws_bedrockagent_agent.clerk", ""),
        ]
    );
    let module = get(
        &finished,
        "pkg:terraform/terraform-aws-modules/vpc/aws@5.13.0",
    );
    assert_eq!(module.full_name(), "terraform-aws-modules/vpc/aws");
}

#[test]
fn images_of_manifests_are_those_that_kustomize_puts_there() {
    let finished = found(&[
        (
            "k8s/base/vllm.yaml",
            "kind: Deployment\nmetadata: {name: v}\nspec:\n  containers:\n  - name: v\n    image: vllm/vllm-openai\n    args: [--model, acme/clerk]\n",
        ),
        (
            "k8s/overlays/prod/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n- {name: vllm/vllm-openai, newTag: v0.6.4}\n",
        ),
    ]);
    assert_eq!(
        list(&finished),
        [
            ("pkg:docker/vllm/vllm-openai@v0.6.4", "name"),
            ("pkg:huggingface/acme/clerk", "floating"),
        ]
    );
    assert!(related(
        &finished,
        "pkg:docker/vllm/vllm-openai@v0.6.4",
        RelationKind::Uses,
        "pkg:huggingface/acme/clerk"
    ));
}

#[test]
fn runners_of_tools_orbs_and_evaluations_count() {
    let finished = found(&[
        (
            "get.sh",
            "uvx --from 'huggingface_hub[cli]==0.26.2' huggingface-cli download acme/leaf --revision v1\n\
             lm_eval --model hf --model_args pretrained=acme/clerk --tasks arc_easy,./own.yaml\n\
             ramalama run huggingface://acme/tiny-GGUF/tiny.gguf\n\
             mistralrs-server --isq Q4K plain -m acme/reader\n",
        ),
        (
            "workflows/circle.yml",
            "orbs: {node: circleci/node@6.3.0, aws: circleci/aws-cli@volatile}\nworkflows: {a: {jobs: [b]}}\njobs: {b: {docker: [{image: cimg/python:3.12.7}]}}\n",
        ),
    ]);
    assert_eq!(
        list(&finished),
        [
            ("evaluation-set:lm-eval/arc_easy", ""),
            ("pkg:docker/cimg/python@3.12.7", "name"),
            ("pkg:huggingface/acme/clerk", "floating"),
            ("pkg:huggingface/acme/leaf@v1", "name"),
            ("pkg:huggingface/acme/reader", "floating"),
            ("pkg:huggingface/acme/tiny-GGUF", "floating"),
            ("pkg:pypi/huggingface-hub@0.26.2", "name"),
            ("workflow-action:circleci-orb/circleci/aws-cli", "floating"),
            ("workflow-action:circleci-orb/circleci/node@6.3.0", "name"),
        ]
    );
}

#[test]
fn downloads_chosen_by_the_machine_are_still_known() {
    let finished = found(&[
        (
            "get.sh",
            "curl -fsSLO \"https://github.com/mozilla/geckodriver/releases/download/v0.36.0/geckodriver-${ARCH}.tar.gz\"\n\
             wget \"https://huggingface.co/acme/packed-GGUF/resolve/v1.1/packed.${Q}.gguf\"\n\
             curl -O \"https://example.org/${NAME}/x.tar.gz\"\n",
        ),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n    - run: sudo apt-get install -y ffmpeg\n",
        ),
    ]);
    assert_eq!(
        list(&finished),
        [
            ("pkg:deb/ubuntu/ffmpeg", "floating"),
            ("pkg:github/mozilla/geckodriver@v0.36.0", "name"),
            ("pkg:huggingface/acme/packed-GGUF@v1.1", "name"),
        ]
    );
}
