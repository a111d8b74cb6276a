// SPDX-License-Identifier: Apache-2.0
/** Prf, Diffie-Hellman groups, key derivation, ISAKMP and rekey ciphers, signatures, secrets. */
package org.getvpn.gdoi.crypto;
