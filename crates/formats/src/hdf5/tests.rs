use super::*;
use waybill_fixtures::assemble;

fn facts(text: &str) -> Hdf5Facts {
    let bytes = assemble("hdf5", text).unwrap();
    parse(&bytes, &Limits::default()).unwrap()
}

fn problems(facts: &Hdf5Facts) -> Vec<String> {
    let problems = facts.problems.iter();
    problems.map(|problem| problem.kind.to_string()).collect()
}

#[test]
fn groups_data_sets_and_attributes_are_listed_with_their_places() {
    let found = facts(
        "attribute \"keras_version\" text=\"2.15.0\"\ndataset \"weights/w\" type=f4 shape=2,3\nattribute \"unit\" of=\"weights\" text=\"m\"\ndataset \"n\" type=i8 shape=\n",
    );
    assert_eq!(problems(&found), [""; 0]);
    let groups: Vec<_> = found
        .groups
        .iter()
        .map(|group| group.path.as_str())
        .collect();
    assert_eq!(groups, ["/", "/weights"]);
    let datasets: Vec<_> = found
        .datasets
        .iter()
        .map(|set| {
            (
                set.path.as_str(),
                set.shape.clone(),
                set.datatype.describe(),
            )
        })
        .collect();
    assert_eq!(
        datasets,
        [
            ("/weights/w", Some(vec![2, 3]), "<f4".to_owned()),
            ("/n", Some(Vec::new()), "<i8".to_owned())
        ]
    );
    let attributes: Vec<_> = found
        .attributes
        .iter()
        .map(|one| (one.owner.as_str(), one.name.as_str(), one.texts.as_slice()))
        .collect();
    assert_eq!(
        attributes,
        [
            ("/", "keras_version", ["2.15.0".to_owned()].as_slice()),
            ("/weights", "unit", ["m".to_owned()].as_slice())
        ]
    );
    assert_eq!(
        found.datasets[0].storage,
        Storage::Piece(Extent {
            offset: 96,
            length: 24
        })
    );
    assert_eq!(found.trailing_start, None);
}

#[test]
fn what_stands_elsewhere_is_told_by_name() {
    let found = facts(
        "external \"w\" file=\"/etc/passwd\" type=u1 shape=4 offset=2\nexternal-link \"e\" file=\"x.h5\" target=\"/y\"\nsoft-link \"s\" target=\"/w\"\nhard-link \"h\" target=\"w\"\n",
    );
    assert_eq!(problems(&found), [""; 0]);
    assert_eq!(
        found.datasets[0].storage,
        Storage::External(vec![ExternalPiece {
            file: "/etc/passwd".to_owned(),
            offset: 2,
            length: 4
        }])
    );
    let links: Vec<_> = found
        .links
        .iter()
        .map(|link| {
            (
                link.path.as_str(),
                link.file.as_deref(),
                link.target.as_str(),
            )
        })
        .collect();
    assert_eq!(links, [("/e", Some("x.h5"), "/y"), ("/s", None, "/w")]);
    // A second link to an object is not a second object.
    assert_eq!(found.datasets.len(), 1);
}

#[test]
fn a_user_block_and_bytes_behind_the_end_are_told() {
    let found = facts("user-block 512\ndataset \"w\" shape=1\ntrailing hex=7f454c46\n");
    assert_eq!(found.user_block_bytes, 512);
    assert_eq!(found.trailing_start, Some(found.end));
    assert_eq!(problems(&found), [""; 0]);
    let Storage::Piece(extent) = found.datasets[0].storage else {
        panic!("{found:?}")
    };
    assert_eq!(extent.offset, 608);
}

#[test]
fn lies_about_places_and_sizes_are_problems() {
    let found = facts(
        "dataset \"a\" type=f4 shape=2\ndataset \"b\" type=f4 shape=2 address=96 : text\n  12345678\ndataset \"c\" type=f8 shape=9 length=8\ndataset \"d\" address=100000 shape=1\n",
    );
    assert_eq!(
        problems(&found),
        [
            "data set `/c` needs 72 bytes by shape and type, 8 are stored",
            "data set `/d` reaches 99268 bytes beyond the end",
            "data sets `/a` and `/b` share bytes"
        ]
    );
}

#[test]
fn every_cut_and_every_flipped_byte_is_survived() {
    let whole = assemble(
        "hdf5",
        "group \"g\"\ndataset \"g/w\" shape=2\nattribute \"a\" text=\"b\"\nexternal \"e\" file=\"f\" shape=1\nsoft-link \"l\" target=\"/g\"\n",
    )
    .unwrap();
    for length in 0..whole.len() {
        let _ = parse(&whole[..length].to_vec(), &Limits::default());
    }
    for index in 0..whole.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut broken = whole.clone();
            broken[index] = value;
            let _ = parse(&broken, &Limits::default());
        }
    }
    let cut = parse(&whole[..whole.len() - 9].to_vec(), &Limits::default()).unwrap();
    assert!(problems(&cut)[0].starts_with("the file ends 9 bytes before"));
}

/// `WAYBILL_FACTS=FOLDER cargo test -p waybill-formats read_for_others` says of each HDF5 file in a
/// folder what was read, for other programs to compare (`cargo dev interop` does).
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "`cargo dev interop` names a folder in which another program laid files"
)]
fn read_for_others() {
    let Some(folder) = std::env::var_os("WAYBILL_FACTS") else {
        return;
    };
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "h5") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let found = parse(&bytes, &Limits::default()).unwrap();
        let datasets: serde_json::Value = found
            .datasets
            .iter()
            .map(|set| {
                let place = match &set.storage {
                    Storage::Piece(extent) => serde_json::json!([extent.offset, extent.length]),
                    Storage::Chunks { extents, .. } => serde_json::json!(extents.len()),
                    _ => serde_json::Value::Null,
                };
                serde_json::json!([set.path, set.shape, set.datatype.describe(), place])
            })
            .collect();
        let attributes: serde_json::Value = found
            .attributes
            .iter()
            .map(|one| {
                serde_json::json!([
                    one.owner,
                    one.name,
                    one.shape,
                    one.datatype.describe(),
                    one.texts
                ])
            })
            .collect();
        let links = found.links.iter();
        let described = serde_json::json!({
            "groups": found.groups.iter().map(|group| &group.path).collect::<Vec<_>>(),
            "datasets": datasets,
            "attributes": attributes,
            "links": links.map(|link| (&link.path, &link.file, &link.target)).collect::<Vec<_>>(),
            "problems": problems(&found),
            "trailing": found.trailing_start,
        });
        std::fs::write(path.with_extension("facts.json"), described.to_string()).unwrap();
    }
}
