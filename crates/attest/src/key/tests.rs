use super::*;

/// Not random, and not the same twice.
fn counted() -> impl FnMut(&mut [u8]) -> Result<(), String> {
    let mut next = 0_u8;
    move |bytes| {
        for byte in bytes {
            next = next.wrapping_mul(37).wrapping_add(11);
            *byte = next;
        }
        Ok(())
    }
}

/// `openssl ecparam -name prime256v1 -genkey`, with the parameters before the key.
const SEC1: &str = "-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMpWqV9KcQxVPV0Zjh9ZD1A4OtlIGZpJdTHGPFHDpNVEoAoGCCqGSM49
AwEHoUQDQgAEFeP4NJCodFvEQ0t/PoUVPD2hC136bLojK0Z1YKNYRHVSIfbAxKn+
6di4esXwCwmQr9yB0IK2xzjbdlo88LS/tA==
-----END EC PRIVATE KEY-----
";

#[test]
fn every_key_is_written_read_and_signs() {
    for algorithm in [
        Algorithm::Ed25519,
        Algorithm::P256,
        Algorithm::P384,
        Algorithm::P521,
    ] {
        let mut fill = counted();
        let key = PrivateKey::generate(algorithm, &mut fill).unwrap();
        assert_eq!(key.public().algorithm(), algorithm);
        for password in [None, Some(&b"word"[..])] {
            let pem = key.to_pem(password, &mut fill).unwrap();
            assert_eq!(pem.contains("ENCRYPTED"), password.is_some());
            let read = PrivateKey::parse(&pem, password).unwrap();
            assert_eq!(read.public(), key.public());
            if password.is_some() {
                assert_eq!(
                    PrivateKey::parse(&pem, None).unwrap_err(),
                    KeyError::Encrypted
                );
                assert_eq!(
                    PrivateKey::parse(&pem, Some(b"other")).unwrap_err(),
                    KeyError::Password
                );
            }
        }
        let public = PublicKey::parse(&key.public().to_pem()).unwrap();
        let signature = key.signature(b"message");
        assert_eq!(signature, key.signature(b"message"));
        assert!(public.verifies(b"message", &signature));
        assert!(!public.verifies(b"massage", &signature));
        let shortened = &signature[..signature.len() - 1];
        assert!(!public.verifies(b"message", shortened));
    }
}

#[test]
fn keys_of_old_are_read_behind_their_parameters() {
    let key = PrivateKey::parse(SEC1, None).unwrap();
    assert_eq!(key.public().algorithm(), Algorithm::P256);
    assert!(format!("{key:?}").starts_with("PrivateKey("));
}

#[test]
fn keys_of_other_kinds_are_told_apart() {
    assert!(
        PrivateKey::parse(
            "-----BEGIN RSA PRIVATE KEY-----\nAA==\n-----END RSA PRIVATE KEY-----",
            None
        )
        .unwrap_err()
            == KeyError::Unsupported("RSA")
    );
    let old = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAA==\n-----END EC PRIVATE KEY-----\n";
    assert_eq!(
        PrivateKey::parse(old, Some(b"x")).unwrap_err(),
        KeyError::OldEncryption
    );
    for text in ["", "x", "-----BEGIN PRIVATE KEY-----", SEC1.split_at(60).0] {
        assert_eq!(
            PrivateKey::parse(text, None).unwrap_err(),
            KeyError::Private
        );
    }
    let failing = &mut |_: &mut [u8]| Err("dry".to_owned());
    assert!(matches!(
        PrivateKey::generate(Algorithm::P256, failing),
        Err(KeyError::Randomness(_))
    ));
    let zero = &mut |bytes: &mut [u8]| {
        bytes.fill(0);
        Ok(())
    };
    assert!(matches!(
        PrivateKey::generate(Algorithm::P256, zero),
        Err(KeyError::Randomness(_))
    ));
}
