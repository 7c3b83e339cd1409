//! Whether a content is an image: what Pillow's `Image.open(..).verify()` says, which Django's and DRF's `ImageField` ask. The
//! headers are read, and of PNG the checksums; no pixel is decoded.

mod bmp;
mod gif;
mod ico;
mod jpeg;
mod png;
mod reader;
#[cfg(test)]
mod tests;
mod tiff;
mod webp;

/// The most pixels that Pillow opens: twice its `MAX_IMAGE_PIXELS`.
const MOST_PIXELS: u64 = 2 * 89_478_485;

/// The extensions of images, which are those of Pillow's formats: what Django's `validate_image_file_extension` allows.
#[rustfmt::skip]
pub const IMAGE_EXTENSIONS: &[&str] = &[
    "bmp", "dib", "gif", "jfif", "jpe", "jpg", "jpeg", "pbm", "pgm", "ppm", "pnm", "pfm", "png", "apng", "avif", "avifs",
    "blp", "bufr", "cur", "pcx", "dcx", "dds", "ps", "eps", "fit", "fits", "fli", "flc", "ftc", "ftu", "gbr", "grib",
    "h5", "hdf", "jp2", "j2k", "jpc", "jpf", "jpx", "j2c", "icns", "ico", "im", "iim", "mpg", "mpeg", "tif", "tiff",
    "mpo", "msp", "palm", "pcd", "pdf", "pxr", "psd", "qoi", "bw", "rgb", "rgba", "sgi", "ras", "tga", "icb", "vda",
    "vst", "webp", "wmf", "emf", "xbm", "xpm",
];

/// The formats that are known, by Pillow's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is a format's name")]
pub enum ImageFormat {
    Png,
    Jpeg,
    Gif,
    WebP,
    Bmp,
    Tiff,
    Ico,
}

impl ImageFormat {
    /// The media type, which Django gives the upload instead of the client's.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Ico => "image/x-icon",
        }
    }
}

/// What is known of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageInfo {
    /// The format, whatever the file's name says.
    pub format: ImageFormat,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
}

type Size = (u32, u32);

/// What kind of image a content is; `None` where Pillow would not open it, or not find it whole: "Upload a valid image. The file
/// you uploaded was either not an image or a corrupted image."
///
/// ```
/// # extern crate belleville_db as belleville;
/// use belleville::db::files::image_info;
///
/// let gif = b"GIF89a\x02\x00\x03\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x02\x00\x03\x00\x00\x02\x02\x84\x5f\x00;";
/// let info = image_info(gif).expect("an image");
/// assert_eq!((info.format.mime(), info.width, info.height), ("image/gif", 2, 3));
/// assert!(image_info(b"GIF89a").is_none());
/// ```
pub fn image_info(content: &[u8]) -> Option<ImageInfo> {
    let (format, size) = match content {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => (ImageFormat::Png, png::size(content)),
        [0xff, 0xd8, 0xff, ..] => (ImageFormat::Jpeg, jpeg::size(content)),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => (ImageFormat::Gif, gif::size(content)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            (ImageFormat::WebP, webp::size(content))
        }
        [b'B', b'M', ..] => (ImageFormat::Bmp, bmp::size(content)),
        [0, 0, 1, 0, ..] => (ImageFormat::Ico, ico::size(content)),
        _ => (ImageFormat::Tiff, tiff::size(content)),
    };
    let (width, height) = size.filter(|size| is_opened(*size))?;
    Some(ImageInfo { format, width, height })
}

/// Whether an image of this size is opened: an empty one is not, nor one that takes very much memory.
fn is_opened((width, height): Size) -> bool {
    width > 0 && height > 0 && u64::from(width) * u64::from(height) <= MOST_PIXELS
}
