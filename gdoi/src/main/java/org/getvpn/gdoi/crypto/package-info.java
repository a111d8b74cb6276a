// SPDX-License-Identifier: Apache-2.0
/**
 * The cryptography of IKEv1 and GDOI: hash and pseudo-random function, Diffie-Hellman, the keys of
 * Phase 1, ciphers and rekey signatures. Java's own providers do the work, on elliptic curves
 * Conscrypt where it is on the class path; Bouncy Castle gives the MODP primes.
 *
 * <p><b>Implemented</b>: HMAC with SHA-1, SHA-256, SHA-384 and SHA-512; MODP 768 to 4096 bits and
 * ECP 256, 384 and 521; SKEYID for pre-shared keys, signatures and public key encryption; AES-CBC
 * and 3DES-CBC; RSA and ECDSA signatures of Phase 1 and of rekey messages; RSA encryption as Phase
 * 1 uses it, which gives random octets where the padding is wrong, without a branch that tells.
 * SHA-1, 3DES and MODP below 2048 bits are for peers that cannot be updated: an operator has to
 * allow them.
 *
 * <p><b>Not implemented</b>: DES, MD5, Camellia, DSS, groups 17, 18 and 22 to 26.
 *
 * <p><b>Choices that the standards leave open</b>: exponents of the length that RFC 3526, section
 * 8, estimates for each group; public values 0, 1, p-1 and what is no point of the curve are
 * refused; RSA keys have 2048 to 8192 bits in Phase 1, and 1024 to 8192 where they verify rekeys.
 *
 * <p><b>Verified</b> against RFC 2202, RFC 4231, RFC 5903 (section 8), the definition of the MODP
 * primes by pi, every key of four Phase 1 exchanges as strongSwan logged them, RFC 4754, NIST's
 * vectors of the IKEv1 key derivation, and Wycheproof's of ECDH, ECDSA and RSA signatures.
 */
package org.getvpn.gdoi.crypto;
