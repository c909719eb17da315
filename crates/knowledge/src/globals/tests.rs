use super::*;

#[test]
fn every_good_line_is_read() {
    for (file, text) in GOOD {
        for line in sorted::lines(text) {
            let (key, uses) = line.split_once('\t').unwrap();
            assert!(Shape::parse(uses).is_some(), "{file}: {line}");
            let (module, name) = key.split_once(':').unwrap();
            assert!(!module.is_empty() && !name.is_empty(), "{file}: {line}");
            assert_eq!(sorted::find(text, key), Some(uses), "{file}: {line}");
        }
    }
}
