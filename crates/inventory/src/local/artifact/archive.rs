//! Archives that carry a model or the records of a data set: what their members are called.

use std::collections::BTreeMap;

use waybill_formats::{
    Bytes, Limits,
    tar::{self, EntryKind},
    wrapper::{Budget, Codec, InMemory, expand},
    zip,
};

use super::{ArtifactFacts, Nature, by_name, put};

/// Bytes of a compressed archive that are unpacked to see what is in it.
const EXPANDED_BYTES: u64 = 64 << 20;
/// Members that are looked at.
const MEMBERS: u64 = 100_000;
/// Names that are listed.
const LISTED: usize = 20;

/// Reads an archive by the names in it; `None` if it is no archive, or one of something else.
pub(crate) fn archive(path: &str, bytes: &Bytes) -> Option<ArtifactFacts> {
    let lower = path.to_lowercase();
    let ends = |ending: &str| lower.ends_with(ending);
    let format = if ends(".zip") {
        "zip"
    } else if ends(".tar") || ends(".tar.gz") || ends(".tgz") || ends(".tar.zst") {
        "tar"
    } else {
        return None;
    };
    let names = if format == "zip" {
        zipped(bytes)?
    } else {
        tarred(bytes)?
    };
    model(format, &names).or_else(|| shard(&names))
}

fn limits() -> Limits {
    Limits {
        members: MEMBERS,
        expanded_bytes: EXPANDED_BYTES,
        ..Limits::default()
    }
}

fn zipped(bytes: &Bytes) -> Option<Vec<String>> {
    let facts = zip::parse(bytes.as_ref(), &limits())?;
    let names = facts.entries.into_iter().map(|entry| entry.name);
    Some(names.filter(|name| !name.ends_with('/')).collect())
}

fn tarred(bytes: &Bytes) -> Option<Vec<String>> {
    let head = bytes.bytes_at(0, 16).ok()?;
    let plain = match Codec::recognises(&head) {
        // What lies beyond the limit is not looked at; what lies before it is enough to tell.
        Some(codec) => {
            let budget = Budget::new(bytes.len());
            expand(codec, bytes, &limits(), &budget, &InMemory).bytes
        }
        None => Bytes::clone(bytes),
    };
    let facts = tar::parse(plain.as_ref(), &limits())?;
    let files = facts.entries.into_iter();
    let files = files.filter(|entry| entry.kind == EntryKind::File);
    Some(files.map(|entry| entry.path).collect())
}

/// A model packed to be deployed: `model.tar.gz` of SageMaker, an archive of a saved model.
fn model(format: &str, names: &[String]) -> Option<ArtifactFacts> {
    let mut formats: Vec<String> = Vec::new();
    let mut weights: Vec<&str> = Vec::new();
    for name in names {
        let last = name.rsplit('/').next().unwrap_or(name);
        let found = match by_name(name) {
            Some((format, Nature::Weights | Nature::AdapterWeights)) => Some(format),
            Some((format, Nature::Objects)) if is_model_name(last) => Some(format),
            _ if last == "saved_model.pb" => Some("savedmodel".to_owned()),
            _ => None,
        };
        if let Some(found) = found {
            weights.push(name);
            if !formats.contains(&found) {
                formats.push(found);
            }
        }
    }
    if weights.is_empty() {
        return None;
    }
    let mut facts = ArtifactFacts {
        format: format.to_owned(),
        ..ArtifactFacts::default()
    };
    formats.sort();
    facts.model.format = Some(format.to_owned());
    put(&mut facts.properties, "archive.formats", formats.join(", "));
    weights.truncate(LISTED);
    put(&mut facts.properties, "archive.weights", weights.join(", "));
    Some(facts)
}

fn is_model_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["model", "clf", "classifier", "pipeline", "estimator"]
        .iter()
        .any(|word| lower.contains(word))
}

/// A shard of a WebDataset: the files of one record follow each other and share what stands before
/// the first dot (<https://github.com/webdataset/webdataset>).
fn shard(names: &[String]) -> Option<ArtifactFacts> {
    const MEDIA: [&str; 22] = [
        "jpg", "jpeg", "png", "webp", "txt", "json", "cls", "npy", "npz", "wav", "flac", "mp3",
        "mp4", "pth", "pyd", "msg", "cbor", "id", "caption", "ogg", "m4a", "seg",
    ];
    let mut records: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kinds: Vec<&str> = Vec::new();
    for name in names {
        let from = name.rfind('/').map_or(0, |at| at.saturating_add(1));
        let dot = name.get(from..)?.find('.')?.saturating_add(from);
        let (stem, ending) = name.split_at_checked(dot)?;
        let last = ending.rsplit('.').next()?.to_lowercase();
        let kind = MEDIA.iter().find(|known| **known == last)?;
        if !kinds.contains(kind) {
            kinds.push(kind);
        }
        *records.entry(stem).or_default() += 1;
    }
    let together = records.values().filter(|count| **count > 1).count();
    if records.is_empty() || kinds.len() < 2 || together * 2 < records.len() {
        return None;
    }
    let mut facts = ArtifactFacts {
        format: "webdataset".to_owned(),
        nature: Nature::Data,
        ..ArtifactFacts::default()
    };
    kinds.sort_unstable();
    facts.dataset.formats = vec!["webdataset".to_owned()];
    facts.dataset.records = u64::try_from(records.len()).ok();
    facts.dataset.fields = kinds.into_iter().map(ToOwned::to_owned).collect();
    Some(facts)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn tar(names: &[&str]) -> Bytes {
        let mut bytes: Vec<u8> = Vec::new();
        for name in names {
            let mut header = [0_u8; 512];
            header[..name.len()].copy_from_slice(name.as_bytes());
            header[100..107].copy_from_slice(b"0000644");
            header[124..135].copy_from_slice(b"00000000000");
            header[156] = b'0';
            header[257..263].copy_from_slice(b"ustar\0");
            header[148..156].copy_from_slice(b"        ");
            let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
            header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
            bytes.extend(header);
        }
        bytes.extend([0; 1024]);
        Arc::new(bytes)
    }

    #[test]
    fn names_tell_what_an_archive_carries() {
        let packed = archive(
            "m/model.tar",
            &tar(&["model/config.json", "model/model.safetensors"]),
        );
        let packed = packed.expect("a model");
        assert_eq!(packed.format, "tar");
        assert_eq!(packed.nature, Nature::Weights);
        assert_eq!(
            packed.properties.get("archive.weights").map(String::as_str),
            Some("model/model.safetensors")
        );
        let shard = archive(
            "d/shard-000001.tar",
            &tar(&["a/0001.jpg", "a/0001.json", "a/0002.jpg", "a/0002.json"]),
        );
        let shard = shard.expect("a shard");
        assert_eq!(
            (shard.format.as_str(), shard.nature, shard.dataset.records),
            ("webdataset", Nature::Data, Some(2))
        );
        assert_eq!(shard.dataset.fields, ["jpg", "json"]);
        for other in [&["src/main.py", "README.md"][..], &["a.txt", "b.txt"], &[]] {
            assert_eq!(archive("x.tar", &tar(other)), None, "{other:?}");
        }
        assert_eq!(
            archive(
                "x.tar.gz",
                &(Arc::new(b"\x1f\x8b broken".to_vec()) as Bytes)
            ),
            None
        );
    }
}
