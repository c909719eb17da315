//! Signing and verifying: speed beside the digest alone and beside model-signing, and whether any change to a
//! model passes.

use anyhow::{Context as _, Result};
use std::{
    ffi::OsString,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use waybill_engine::{
    KeyAlgorithm, ModelTrust, PrivateKey, Revoked, SignRequest, Silent, VerifyRequest,
    generate_key, private_key_text, sign, verify,
};

use super::{bars::Bars, material::Material};
use crate::{
    measure::{Cost, measure as cost_of, median},
    python::Python,
    row,
    tables::columns,
};

const DIGEST_RATIO: f64 = 1.15;
const PROCESSOR_RATIO: f64 = 0.75;
/// Of the time on one core, on two.
const TWO_CORES_RATIO: f64 = 0.65;
const FILES: usize = 4;
const FILE_BYTES: usize = 512 << 20;
const TRIALS: usize = 10_000;

/// A model of 2 GiB, and the keys that sign it.
struct Large {
    model: PathBuf,
    scratch: tempfile::TempDir,
    waybill: PathBuf,
    python: Option<Python>,
}

impl Large {
    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    fn digest(&self) -> Vec<OsString> {
        let files = (0..FILES).map(|number| self.model.join(format!("{number}.bin")));
        let openssl = ["openssl", "dgst", "-sha256", "-r"].map(OsString::from);
        openssl
            .into_iter()
            .chain(files.map(PathBuf::into_os_string))
            .collect()
    }

    fn ours(&self, verb: &str, jobs: &str) -> Vec<OsString> {
        let key = if verb == "sign" { "key.pem" } else { "key.pub" };
        let mut command = vec![self.waybill.clone().into_os_string()];
        command.extend([verb, "--jobs", jobs].map(OsString::from));
        command.push(self.model.clone().into());
        command.push("--signature".into());
        command.push(self.path("model.sig").into());
        command.push("--key".into());
        command.push(self.path(key).into());
        command
    }

    fn theirs(&self, verb: &str) -> Option<Vec<OsString>> {
        let (option, key) = match verb {
            "sign" => ("--private_key", "key.pem"),
            _ => ("--public_key", "key.pub"),
        };
        let mut command = vec![self.python.as_ref()?.program("model_signing").into()];
        command.extend([verb, "key"].map(OsString::from));
        command.push(self.model.clone().into());
        command.push("--signature".into());
        command.push(self.path("their.sig").into());
        command.push(option.into());
        command.push(self.path(key).into());
        Some(command)
    }
}

/// A model of 2 GiB, warm in the cache.
pub(super) fn measure(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let large = Large {
        model: material.made("signing", write_large)?.join("model"),
        scratch: tempfile::tempdir()?,
        waybill: material.waybill.clone(),
        python: material.signing_tool()?,
    };
    let key = generate_key(KeyAlgorithm::P384)?;
    std::fs::write(large.path("key.pem"), private_key_text(&key, None)?)?;
    std::fs::write(large.path("key.pub"), key.public().to_pem())?;
    // Brings the files into the cache.
    cost_of(&large.digest(), None)?;
    let mut rows = vec![row!["what", "tool", "wall s", "CPU s", "peak MiB"]];
    for verb in ["sign", "verify"] {
        compared(&large, verb, material.runs(), bars, &mut rows)?;
    }
    println!(
        "\n== signing: medians of {} alternated runs",
        material.runs()
    );
    print!("{}", columns(&rows));
    Ok(())
}

fn compared(
    large: &Large,
    verb: &str,
    runs: usize,
    bars: &mut Bars,
    rows: &mut Vec<Vec<String>>,
) -> Result<()> {
    let (mut digests, mut one, mut two, mut peers) = (vec![], vec![], vec![], vec![]);
    for _ in 0..runs {
        digests.push(cost_of(&large.digest(), None)?);
        one.push(cost_of(&large.ours(verb, "1"), None)?);
        two.push(cost_of(&large.ours(verb, "2"), None)?);
        if let Some(command) = large.theirs(verb) {
            peers.push(cost_of(&command, None)?);
        }
    }
    let done = one.iter().chain(&two).all(|cost| cost.exit_code == Some(0));
    bars.judge(format!("{verb} 2 GiB: exit code 0"), done, "true", done);
    let wall = |costs: &[Cost]| median(costs.iter().map(|cost| cost.wall_seconds).collect());
    let cpu = |costs: &[Cost]| median(costs.iter().map(|cost| cost.processor_seconds).collect());
    bars.at_most(
        format!("{verb} 2 GiB on one core: processor time / openssl"),
        cpu(&one) / cpu(&digests),
        DIGEST_RATIO,
        "",
    );
    bars.at_most(
        format!("{verb} 2 GiB: wall time on two cores / on one"),
        wall(&two) / wall(&one),
        TWO_CORES_RATIO,
        "",
    );
    if !peers.is_empty() {
        bars.at_most(
            format!("{verb} 2 GiB: processor time / model-signing"),
            cpu(&two) / cpu(&peers),
            PROCESSOR_RATIO,
            "",
        );
    }
    for (tool, costs) in [
        ("openssl dgst", &digests),
        ("waybill, 1 job", &one),
        ("waybill, 2 jobs", &two),
        ("model-signing", &peers),
    ] {
        if !costs.is_empty() {
            let peak = costs.iter().map(|cost| cost.peak_bytes).max().unwrap_or(0);
            rows.push(row![
                verb,
                tool,
                format!("{:.2}", wall(costs)),
                format!("{:.2}", cpu(costs)),
                format!("{:.0}", super::speed::mebibytes(peak))
            ]);
        }
    }
    Ok(())
}

fn write_large(folder: &Path) -> Result<()> {
    let model = folder.join("model");
    std::fs::create_dir_all(&model)?;
    let mut random = Random(7);
    let piece: Vec<u8> = (0..1 << 20).map(|_| random.below(256) as u8).collect();
    for number in 0..FILES {
        let mut file = std::fs::File::create(model.join(format!("{number}.bin")))?;
        for part in 0..FILE_BYTES / piece.len() {
            file.write_all(&part.to_le_bytes())?;
            file.write_all(piece.get(8..).unwrap_or_default())?;
        }
    }
    std::fs::write(model.join("config.json"), "{}")?;
    Ok(())
}

/// A generator that anybody gets the same numbers from (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}

/// 10,000 models with one change, and as many without.
pub(super) fn tampering(bars: &mut Bars) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let original = scratch.path().join("original");
    let key = write_small(&original)?;
    let (mut caught, mut held) = (0, 0);
    let mut missed = Vec::new();
    let mut random = Random(1);
    for trial in 0..TRIALS {
        let copy = scratch.path().join("copy");
        copy_tree(&original, &copy)?;
        held += usize::from(holds(&copy, &key));
        let change = change(&copy, &mut random)?;
        if holds(&copy, &key) {
            missed.push(format!("{trial}: {change}"));
        } else {
            caught += 1;
        }
        std::fs::remove_dir_all(&copy)?;
    }
    for missed in missed.iter().take(10) {
        println!("not caught: {missed}");
    }
    bars.judge(
        "verify --strict: changed models refused",
        format!("{caught} of {TRIALS}"),
        "all",
        caught == TRIALS,
    );
    bars.judge(
        "verify --strict: untouched copies hold",
        format!("{held} of {TRIALS}"),
        "all",
        held == TRIALS,
    );
    Ok(())
}

fn write_small(root: &Path) -> Result<PrivateKey> {
    for folder in ["weights/deep", "empty", ".git/hooks"] {
        std::fs::create_dir_all(root.join(folder))?;
    }
    for (path, length) in [
        ("config.json", 40),
        ("weights/0.bin", 3000),
        ("weights/1.bin", 200),
        ("weights/deep/tensor", 77),
        ("nothing", 0),
        ("run.sh", 30),
        (".git/HEAD", 21),
        (".git/hooks/post-checkout", 60),
        (".gitignore", 9),
    ] {
        let bytes: Vec<u8> = path.bytes().cycle().take(length).collect();
        std::fs::write(root.join(path), bytes)?;
    }
    let run = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(root.join("run.sh"), run)?;
    let key = generate_key(KeyAlgorithm::P256)?;
    let request = SignRequest {
        model: root.to_owned(),
        signature: root.join("model.sig"),
        strict: true,
        threads: Some(1),
        ..SignRequest::default()
    };
    let signed = sign(&request, &key, &Silent)?;
    std::fs::write(&request.signature, signed.text)?;
    Ok(key)
}

fn holds(model: &Path, key: &PrivateKey) -> bool {
    let request = VerifyRequest {
        model: model.to_owned(),
        signature: model.join("model.sig"),
        trust: ModelTrust::Keys(vec![key.public()]),
        revoked: Revoked::default(),
        at: 0,
        ignore: vec![],
        ignore_unsigned: false,
        strict: true,
        old: false,
        required: None,
        threads: Some(1),
    };
    // Where the signature is gone, verification cannot run, which is no yes.
    verify(&request, &Silent).is_ok_and(|verification| verification.holds)
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Changes one thing, and says what.
fn change(root: &Path, random: &mut Random) -> Result<String> {
    let files = files(root)?;
    let file = files
        .get(random.below(files.len()))
        .context("the model has files")?;
    let bytes = std::fs::read(file)?;
    let named = file.strip_prefix(root)?.display().to_string();
    let said = match random.below(11) {
        0 if !bytes.is_empty() => flip(file, bytes, random)?,
        1 => {
            let other = file.with_extension(format!("{}", random.below(1000)));
            std::fs::rename(file, other)?;
            "renamed"
        }
        2 => {
            std::fs::remove_file(file)?;
            // Without its signature a model cannot be verified at all, which is no trial.
            if named == "model.sig" {
                std::fs::write(file, "")?;
            }
            "removed"
        }
        3 => {
            let folder = file.parent().context("a file is in a folder")?;
            let length = random.below(3);
            std::fs::write(folder.join("added"), vec![b'x'; length])?;
            "added beside"
        }
        4 => {
            std::fs::create_dir(file.with_extension("folder"))?;
            "empty folder beside"
        }
        5 if named != "model.sig" => {
            let mode = std::fs::metadata(file)?.permissions().mode();
            let turned = std::fs::Permissions::from_mode(mode ^ 0o111);
            std::fs::set_permissions(file, turned)?;
            "bit of execution turned"
        }
        6 if !bytes.is_empty() => {
            std::fs::write(
                file,
                bytes.get(..random.below(bytes.len())).unwrap_or_default(),
            )?;
            "cut"
        }
        7 => {
            let mut longer = bytes;
            longer.push(random.below(256) as u8);
            std::fs::write(file, longer)?;
            "longer"
        }
        8 => reordered(root, random)?,
        9 => {
            std::fs::remove_dir(root.join("empty"))?;
            "empty folder removed"
        }
        _ => {
            std::os::unix::fs::symlink("config.json", root.join("link"))?;
            "link added"
        }
    };
    Ok(format!("{named}: {said}"))
}

fn flip(file: &Path, mut bytes: Vec<u8>, random: &mut Random) -> Result<&'static str> {
    let place = random.below(bytes.len());
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1 << random.below(8);
    }
    std::fs::write(file, bytes)?;
    Ok("one bit flipped")
}

/// Two entries of the signed list change places.
fn reordered(root: &Path, random: &mut Random) -> Result<&'static str> {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD;
    let path = root.join("model.sig");
    let mut bundle: serde_json::Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    let payload = bundle["dsseEnvelope"]["payload"]
        .as_str()
        .unwrap_or_default();
    let mut statement: serde_json::Value = serde_json::from_slice(&base64.decode(payload)?)?;
    let listed = statement["predicate"]["resources"].as_array_mut();
    let listed = listed.context("the statement lists resources")?;
    let place = random.below(listed.len() - 1);
    listed.swap(place, place + 1);
    bundle["dsseEnvelope"]["payload"] = base64.encode(statement.to_string()).into();
    std::fs::write(&path, serde_json::to_string_pretty(&bundle)? + "\n")?;
    Ok("entries reordered")
}

fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
