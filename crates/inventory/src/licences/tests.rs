use super::*;

#[test]
fn what_people_write_becomes_an_expression() {
    let cases = [
        ("apache-2.0", Some("Apache-2.0")),
        ("Apache License, Version 2.0", Some("Apache-2.0")),
        ("Apache 2.0", Some("Apache-2.0")),
        ("License :: OSI Approved :: MIT License", Some("MIT")),
        ("License :: OSI Approved :: BSD License", None),
        ("BSD", None),
        ("BSD-3-Clause", Some("BSD-3-Clause")),
        ("GPLv3+", Some("GPL-3.0-or-later")),
        ("GPL-2.0", Some("GPL-2.0-only")),
        ("gpl-3.0", Some("GPL-3.0-only")),
        ("(MIT OR Apache-2.0)", Some("(MIT OR Apache-2.0)")),
        ("MIT/Apache-2.0", Some("MIT OR Apache-2.0")),
        (
            "GPL-2.0+ WITH Classpath-exception-2.0",
            Some("GPL-2.0-or-later WITH Classpath-exception-2.0"),
        ),
        ("SEE LICENSE IN EULA.txt", None),
        ("UNLICENSED", Some("LicenseRef-Proprietary")),
        ("llama3.1", Some("LicenseRef-Llama-3.1-Community")),
        ("gemma", Some("LicenseRef-Gemma")),
        (
            "creativeml-openrail-m",
            Some("LicenseRef-CreativeML-OpenRAIL-M"),
        ),
        ("cc-by-nc-4.0", Some("CC-BY-NC-4.0")),
        ("other", None),
        ("see the file", None),
        ("", None),
    ];
    for (written, expected) in cases {
        let found = expression(written);
        assert_eq!(found.as_deref(), expected, "{written}");
        if let Some(found) = found {
            assert!(spdx::Expression::parse(&found).is_ok(), "{found}");
        }
    }
}

#[test]
fn every_form_of_the_lists_is_valid() {
    for id in [
        "LicenseRef-OpenRAIL-plus-plus-M",
        "LicenseRef-Proprietary",
        "PSF-2.0",
        "etalab-2.0",
        "MIT-CMU",
    ] {
        assert!(spdx::Expression::parse(id).is_ok(), "{id}");
    }
}

#[test]
fn texts_are_recognised_by_their_phrases_or_not_at_all() {
    let recognised = |text: &str| recognise(text).expression;
    let mit = "MIT License\n\nCopyright (c) 2026 Ada\n\nPermission is hereby granted, free of charge, to any person ...\nThe above copyright notice and this permission notice shall be included in all copies";
    assert_eq!(recognised(mit).as_deref(), Some("MIT"));
    assert_eq!(
        recognise(mit).copyright.as_deref(),
        Some("Copyright (c) 2026 Ada")
    );
    assert_eq!(
        recognised("Apache License\n  Version 2.0, January 2004").as_deref(),
        Some("Apache-2.0")
    );
    assert_eq!(
        recognised("LLAMA 3.1 COMMUNITY LICENSE AGREEMENT").as_deref(),
        Some("LicenseRef-Llama-3.1-Community")
    );
    assert_eq!(
        recognised(
            "Modified MIT License ... Permission is hereby granted, free of charge ... The above copyright notice and this permission notice shall be included"
        ),
        None
    );
    assert_eq!(recognised("You may use this. Ask first."), None);
    assert_eq!(
        recognised("// SPDX-License-Identifier: BSD-2-Clause").as_deref(),
        Some("BSD-2-Clause")
    );
}
