use anyhow::Result;
use hf_hub::{api::sync::Api, Repo, RepoType};

const BUOYS: &str = "harbour-works/buoy-detector";

fn main() -> Result<()> {
    let api = Api::new()?;
    let repo = api.repo(Repo::with_revision(BUOYS.to_string(), RepoType::Model, "19974a282b2b7bca4b91c83e0b6bbfcebad3a6e8".to_string()));
    let weights = repo.get("model.safetensors")?;
    let labels = api.dataset("harbour-works/buoy-images".to_string()).get("labels.json")?;
    println!("{weights:?} {labels:?}");
    Ok(())
}
