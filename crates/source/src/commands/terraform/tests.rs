use super::terraform;
use crate::commands::{PluginUse, Resource};

#[test]
fn plug_ins_modules_and_resources() {
    let text = r#"
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}
provider "aws" { region = "eu-central-1" }
provider "random" {}
variable "model" { default = "org/name" }
module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.1.0"
}
resource "aws_sagemaker_model" "chat" {
  name = "chat"
  primary_container {
    image = "763104351884.dkr.ecr.eu-central-1.amazonaws.com/tgi:2.0"
    environment = {
      HF_MODEL_ID = var.model
      HF_TOKEN    = "abc"
      OTHER       = "x-${var.model}-${var.unknown}"
    }
  }
}
"#;
    let facts = terraform(text);
    let plugin = |source: &str, module, requirement: Option<&str>, line| PluginUse {
        source: source.into(),
        module,
        requirement: requirement.map(Into::into),
        line,
        ..PluginUse::default()
    };
    assert_eq!(
        facts.plugins,
        [
            plugin("hashicorp/aws", false, Some("~> 5.0"), 4),
            plugin("terraform-aws-modules/vpc/aws", true, Some("5.1.0"), 13),
            plugin("hashicorp/random", false, None, 11),
        ]
    );
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let image = "763104351884.dkr.ecr.eu-central-1.amazonaws.com/tgi:2.0";
    assert_eq!(
        facts.resources,
        [Resource {
            kind: "aws_sagemaker_model".into(),
            name: "chat".into(),
            attributes: vec![
                pair("name", "chat"),
                pair("primary_container.image", image),
                pair("primary_container.environment.HF_MODEL_ID", "org/name"),
                pair("primary_container.environment.HF_TOKEN", ""),
                pair(
                    "primary_container.environment.OTHER",
                    "x-org/name-${var.unknown}"
                ),
            ],
            line: 17
        }]
    );
    let images: Vec<_> = facts
        .images
        .iter()
        .map(|image| (image.reference.as_str(), image.line))
        .collect();
    assert_eq!(images, [(image, 20)]);
}

#[test]
fn lock_files_have_versions_and_hashes() {
    let text = "provider \"registry.terraform.io/hashicorp/aws\" {\n  version = \"5.31.0\"\n  constraints = \"~> 5.0\"\n  hashes = [\n    \"h1:abc=\",\n    \"zh:00ff\",\n  ]\n}\n";
    assert_eq!(
        terraform(text).plugins,
        [PluginUse {
            source: "registry.terraform.io/hashicorp/aws".into(),
            module: false,
            version: Some("5.31.0".into()),
            requirement: Some("~> 5.0".into()),
            hashes: vec!["h1:abc=".into(), "zh:00ff".into()],
            line: 1
        }]
    );
}

#[test]
fn broken_files_keep_their_good_blocks() {
    let text = "module \"a\" {\n  source = \"x/y/z\"\n}\nresource \"b\" {{{\n}\nmodule \"c\" {\n  source = \"p/q/r\"\n}\n";
    let facts = terraform(text);
    let sources: Vec<_> = facts
        .plugins
        .iter()
        .map(|plugin| (plugin.source.as_str(), plugin.line))
        .collect();
    assert_eq!(sources, [("x/y/z", 1), ("p/q/r", 6)]);
    assert_eq!(facts.unread.len(), 1);
    let _ = terraform(&"a = [".repeat(50_000));
    let _ = terraform(&"b {".repeat(50_000));
}
