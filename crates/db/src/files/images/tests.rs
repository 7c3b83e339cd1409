//! Small images that Pillow 13.0 has made, cut off, changed in one byte, with more behind or before them: what it says of each.

use super::image_info;

/// The format, how it was changed, the byte, and what Pillow says.
const VERDICTS: &[(&str, &str, usize, &str)] = &[
    ("PNG", "", 0, "PNG 3x2"),
    ("PNG", "cut", 77, "PNG 3x2"),
    ("PNG", "cut", 39, "-"),
    ("PNG", "cut", 20, "-"),
    ("PNG", "cut", 8, "-"),
    ("PNG", "flip", 72, "-"),
    ("PNG", "flip", 39, "-"),
    ("PNG", "flip", 10, "-"),
    ("PNG", "flip", 24, "-"),
    ("PNG", "tail", 0, "PNG 3x2"),
    ("PNG", "head", 0, "-"),
    ("GIF", "", 0, "GIF 3x2"),
    ("GIF", "cut", 44, "GIF 3x2"),
    ("GIF", "cut", 22, "-"),
    ("GIF", "cut", 20, "-"),
    ("GIF", "cut", 8, "-"),
    ("GIF", "flip", 39, "GIF 3x2"),
    ("GIF", "flip", 22, "GIF 3x2"),
    ("GIF", "flip", 10, "GIF 3x2"),
    ("GIF", "flip", 24, "GIF 3x2"),
    ("GIF", "tail", 0, "GIF 3x2"),
    ("GIF", "head", 0, "-"),
    ("WEBP", "", 0, "WEBP 3x2"),
    ("WEBP", "cut", 37, "-"),
    ("WEBP", "cut", 19, "-"),
    ("WEBP", "cut", 20, "-"),
    ("WEBP", "cut", 8, "-"),
    ("WEBP", "flip", 32, "WEBP 3x2"),
    ("WEBP", "flip", 19, "-"),
    ("WEBP", "flip", 10, "-"),
    ("WEBP", "flip", 24, "-"),
    ("WEBP", "tail", 0, "WEBP 3x2"),
    ("WEBP", "head", 0, "-"),
    ("BMP", "", 0, "BMP 3x2"),
    ("BMP", "cut", 77, "BMP 3x2"),
    ("BMP", "cut", 39, "-"),
    ("BMP", "cut", 20, "-"),
    ("BMP", "cut", 8, "-"),
    ("BMP", "flip", 72, "BMP 3x2"),
    ("BMP", "flip", 39, "BMP 3x2"),
    ("BMP", "flip", 10, "BMP 3x2"),
    ("BMP", "flip", 24, "BMP 3x16711682"),
    ("BMP", "tail", 0, "BMP 3x2"),
    ("BMP", "head", 0, "-"),
    ("TIFF", "", 0, "TIFF 3x2"),
    ("TIFF", "cut", 157, "TIFF 3x2"),
    ("TIFF", "cut", 79, "-"),
    ("TIFF", "cut", 20, "-"),
    ("TIFF", "cut", 8, "-"),
    ("TIFF", "flip", 152, "TIFF 3x2"),
    ("TIFF", "flip", 79, "TIFF 3x2"),
    ("TIFF", "flip", 10, "-"),
    ("TIFF", "flip", 24, "-"),
    ("TIFF", "tail", 0, "TIFF 3x2"),
    ("TIFF", "head", 0, "-"),
    ("ICO", "", 0, "ICO 4x4"),
    ("ICO", "cut", 125, "-"),
    ("ICO", "cut", 63, "-"),
    ("ICO", "cut", 20, "-"),
    ("ICO", "cut", 8, "-"),
    ("ICO", "flip", 120, "ICO 4x4"),
    ("ICO", "flip", 63, "ICO 4x4"),
    ("ICO", "flip", 10, "ICO 4x4"),
    ("ICO", "flip", 24, "-"),
    ("ICO", "tail", 0, "ICO 4x4"),
    ("ICO", "head", 0, "-"),
    ("JPEG", "", 0, "JPEG 3x2"),
    ("JPEG", "cut", 331, "JPEG 3x2"),
    ("JPEG", "cut", 166, "-"),
    ("JPEG", "cut", 20, "-"),
    ("JPEG", "cut", 8, "-"),
    ("JPEG", "flip", 326, "JPEG 3x2"),
    ("JPEG", "flip", 166, "JPEG 3x2"),
    ("JPEG", "flip", 10, "JPEG 3x2"),
    ("JPEG", "flip", 24, "-"),
    ("JPEG", "tail", 0, "JPEG 3x2"),
    ("JPEG", "head", 0, "-"),
];

fn sample(format: &str) -> Vec<u8> {
    let lines = include_str!("samples.txt").lines();
    let (_, text) =
        lines.filter_map(|line| line.split_once(' ')).find(|(name, _)| *name == format).expect(format);
    crate::python::base64_decode(text.as_bytes()).expect("base64")
}

fn changed(mut content: Vec<u8>, change: &str, at: usize) -> Vec<u8> {
    match change {
        "cut" => content.truncate(at),
        "flip" => content[at] ^= 0xff,
        "tail" => content.extend(b"more"),
        "head" => content.insert(0, b' '),
        _ => {}
    }
    content
}

#[test]
fn images_are_what_pillow_says() {
    for (format, change, at, expected) in VERDICTS {
        let found = image_info(&changed(sample(format), change, *at));
        let found = found.map_or_else(
            || "-".to_owned(),
            |info| {
                format!("{:?} {}x{}", info.format, info.width, info.height).to_uppercase().replace('X', "x")
            },
        );
        assert_eq!(found, *expected, "{format} {change} {at}");
    }
    for other in
        [&b""[..], b"text", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4\n", b"PK\x03\x04"]
    {
        assert_eq!(image_info(other), None);
    }
}

/// Whatever the bytes are, nothing panics.
#[test]
fn broken_images_are_read_to_the_end() {
    for format in ["PNG", "GIF", "WEBP", "BMP", "TIFF", "ICO", "JPEG"] {
        let content = sample(format);
        for at in 0..content.len() {
            image_info(&content[..at]);
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut broken = content.clone();
                broken[at] = value;
                image_info(&broken);
            }
        }
    }
}
