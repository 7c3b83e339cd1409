//! The hash of a server's certificate that SCRAM's channel binding `tls-server-end-point` uses (RFC 5929): made with the
//! algorithm of the certificate's own signature.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// The object identifiers of signatures (RSA and ECDSA), and what hashes a certificate that is signed so. MD5 and SHA-1
/// are replaced by SHA-256.
const SIGNATURES: [(&[u8], Hash); 8] = [
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], Hash::Sha256),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], Hash::Sha256),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11], Hash::Sha256),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12], Hash::Sha384),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13], Hash::Sha512),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], Hash::Sha256),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], Hash::Sha384),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], Hash::Sha512),
];

#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// `None` for a certificate whose signature names no hash (as Ed25519), for which there is no such binding.
pub(super) fn server_end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    let (_, hash) = SIGNATURES.iter().find(|(oid, _)| Some(*oid) == signature_algorithm(certificate))?;
    Some(match hash {
        Hash::Sha256 => Sha256::digest(certificate).to_vec(),
        Hash::Sha384 => Sha384::digest(certificate).to_vec(),
        Hash::Sha512 => Sha512::digest(certificate).to_vec(),
    })
}

/// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { algorithm OBJECT IDENTIFIER, .. }, .. }`
fn signature_algorithm(certificate: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    const OBJECT_IDENTIFIER: u8 = 0x06;
    let (contents, _) = element(certificate, SEQUENCE)?;
    let (_, rest) = element(contents, SEQUENCE)?;
    let (algorithm, _) = element(rest, SEQUENCE)?;
    element(algorithm, OBJECT_IDENTIFIER).map(|(oid, _)| oid)
}

/// The contents of the first DER element, which has this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = der.split_first_chunk()?;
    if found != tag {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        _ => {
            let (bytes, rest) =
                rest.split_at_checked(usize::from(first & 0x7f)).filter(|(b, _)| b.len() <= 4)?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_names_the_hash() {
        let mut certificate = vec![0x30, 22, 0x30, 3, 1, 2, 3, 0x30, 12, 0x06, 8];
        certificate.extend(SIGNATURES[6].0);
        certificate.extend([5, 0, 3, 1, 0]);
        assert_eq!(server_end_point(&certificate), Some(Sha384::digest(&certificate).to_vec()));
        for end in 0..certificate.len() - 5 {
            assert_eq!(server_end_point(&certificate[..end]), None);
        }
        assert_eq!(server_end_point(&[0x30, 0x85, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
