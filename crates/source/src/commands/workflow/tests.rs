use super::workflow;
use crate::commands::{ActionUse, CommandFacts, Download};

fn commands(facts: &CommandFacts) -> Vec<(String, u32)> {
    facts
        .commands
        .iter()
        .map(|command| (command.words.join("|"), command.line))
        .collect()
}

fn images(facts: &CommandFacts) -> Vec<(&str, u32)> {
    facts
        .images
        .iter()
        .map(|image| (image.reference.as_str(), image.line))
        .collect()
}

const WORKFLOW: &str = r#"on:
  workflow_dispatch:
    inputs:
      model: {default: org/default}
env:
  MODEL: org/name
jobs:
  test:
    runs-on: ubuntu-latest
    container:
      image: python:${{ matrix.python }}
    services:
      redis: {image: "redis:7"}
    strategy:
      matrix:
        python: ["3.11", "3.12"]
        include:
          - {python: "3.13"}
    steps:
      - uses: actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3 # v4
      - uses: docker://alpine:3.20
      - uses: ./local
      - uses: actions/setup-python@v5
        with:
          python-version: ${{ matrix.python }}
          token: ${{ secrets.T }}
      - name: Get
        run: |
          set -e
          hf download ${{ env.MODEL }} --revision ${{ github.sha }}
          hf download "${{ inputs.model }}"
      - run: pip install x
      - shell: python
        run: |
          import torch
  call:
    uses: org/repo/.github/workflows/x.yml@main
"#;

#[test]
fn workflows_of_github() {
    let text = WORKFLOW;
    let facts = workflow(text);
    assert_eq!(
        images(&facts),
        [
            ("python:3.11", 11),
            ("python:3.12", 11),
            ("python:3.13", 11),
            ("redis:7", 13),
            ("alpine:3.20", 21),
        ]
    );
    let action = |name: &str, revision: Option<&str>, line| ActionUse {
        name: name.into(),
        revision: revision.map(Into::into),
        inputs: Vec::new(),
        line,
    };
    let mut python = action("actions/setup-python", Some("v5"), 23);
    python.inputs = vec![
        ("python-version".into(), "3.11".into()),
        ("token".into(), String::new()),
    ];
    assert_eq!(
        facts.actions,
        [
            action(
                "actions/checkout",
                Some("8f4b7f84864484a7bf31766abe9204da3cbe65b3"),
                20
            ),
            action("./local", None, 22),
            python,
            action("org/repo/.github/workflows/x.yml", Some("main"), 37),
        ]
    );
    assert_eq!(
        commands(&facts),
        [
            ("set|-e".to_owned(), 29),
            (
                "hf|download|org/name|--revision|${{ github.sha }}".to_owned(),
                30
            ),
            ("hf|download|org/default".to_owned(), 31),
            ("pip|install|x".to_owned(), 32),
        ]
    );
    let script = facts
        .scripts
        .first()
        .map(|script| (script.text.as_str(), script.line));
    assert_eq!(script, Some(("import torch\n", 35)));
}

#[test]
fn composite_actions() {
    let text = "name: x\ninputs:\n  v: {default: '1.2'}\nruns:\n  using: composite\n  steps:\n    - uses: a/b/c@v1\n    - shell: bash\n      run: npm i -g tool@${{ inputs.v }}\n";
    let facts = workflow(text);
    assert_eq!(commands(&facts), [("npm|i|-g|tool@1.2".to_owned(), 9)]);
    assert_eq!(facts.actions.len(), 1);
}

#[test]
fn gitlab() {
    let text = r#"image: python:3.12
include:
  - project: group/ci
    ref: v1
    file: /x.yml
  - remote: https://h.example/ci.yml
variables: {MODEL: org/name}
stages: [test]
test:
  services:
    - name: ollama/ollama:0.4
      alias: llm
  script:
    - REV=abc
    - |
      hf download $MODEL \
        --revision $REV
    - echo done
"#;
    let facts = workflow(text);
    assert_eq!(
        images(&facts),
        [("python:3.12", 1), ("ollama/ollama:0.4", 11)]
    );
    assert_eq!(
        commands(&facts),
        [
            ("hf|download|org/name|--revision|abc".to_owned(), 16),
            ("echo|done".to_owned(), 18),
        ]
    );
    assert_eq!(
        facts.downloads,
        [Download {
            url: "https://h.example/ci.yml".into(),
            checksum: None,
            line: 6
        }]
    );
    assert_eq!(
        facts.actions.first().map(|action| action.name.as_str()),
        Some("group/ci")
    );
}

#[test]
fn azure_and_circle() {
    let azure = "pool: {vmImage: ubuntu-latest}\nresources:\n  containers:\n    - container: c\n      image: org/img:1\nsteps:\n  - script: pip install a\n  - bash: |\n      pip install b\n  - task: UsePythonVersion@0\n";
    let facts = workflow(azure);
    assert_eq!(images(&facts), [("org/img:1", 5)]);
    assert_eq!(
        commands(&facts),
        [
            ("pip|install|a".to_owned(), 7),
            ("pip|install|b".to_owned(), 9)
        ]
    );
    let circle = "version: 2.1\njobs:\n  build:\n    docker:\n      - image: cimg/python:3.12\n    steps:\n      - checkout\n      - run: pip install a\n      - run:\n          name: x\n          command: pip install b\n";
    let facts = workflow(circle);
    assert_eq!(images(&facts), [("cimg/python:3.12", 5)]);
    assert_eq!(
        commands(&facts),
        [
            ("pip|install|a".to_owned(), 8),
            ("pip|install|b".to_owned(), 11)
        ]
    );
}

#[test]
fn broken_workflows_keep_what_was_read() {
    let facts = workflow(
        "jobs:\n  a:\n    runs-on: x\n    steps:\n      - run: pip install a\n      - run: \"unclosed\n",
    );
    assert_eq!(
        commands(&facts).first().map(|(words, _)| words.as_str()),
        Some("pip|install|a")
    );
    assert_eq!(facts.unread.len(), 1);
}

#[test]
fn bitbucket_cloud_build_and_macros_of_azure() {
    let bitbucket = workflow(
        "image: node:20\npipelines:\n  default:\n  - step:\n      image: python:3.10\n      script:\n      - pip install poetry==1.8.4\n      - pipe: atlassian/aws-s3-deploy:1.6.1\n",
    );
    assert_eq!(images(&bitbucket), [("node:20", 1), ("python:3.10", 5)]);
    assert_eq!(
        commands(&bitbucket),
        [("pip|install|poetry==1.8.4".to_owned(), 7)]
    );
    let pipe = ActionUse {
        name: "pipe:atlassian/aws-s3-deploy".into(),
        revision: Some("1.6.1".into()),
        inputs: Vec::new(),
        line: 8,
    };
    assert_eq!(bitbucket.actions, [pipe]);
    let built = workflow(
        "substitutions: {_M: acme/x}\nsteps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, .]\n- name: 'python:3.12'\n  entrypoint: bash\n  args: ['-c', 'hf download $_M']\n",
    );
    assert_eq!(
        images(&built),
        [("gcr.io/cloud-builders/docker", 3), ("python:3.12", 5)]
    );
    assert_eq!(
        commands(&built),
        [
            ("build|.".to_owned(), 4),
            ("bash|-c|hf download $_M".to_owned(), 7),
            ("hf|download|acme/x".to_owned(), 7)
        ]
    );
    let azure = workflow(
        "trigger: [main]\nvariables: {MODEL: acme/y}\nsteps:\n- script: hf download $(MODEL)\n",
    );
    assert_eq!(commands(&azure), [("hf|download|acme/y".to_owned(), 4)]);
}
