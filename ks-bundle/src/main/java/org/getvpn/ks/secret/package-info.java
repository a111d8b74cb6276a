// SPDX-License-Identifier: Apache-2.0
/**
 * Secrets at rest. Implemented: AES-256-GCM around every record, bound to the record's name and
 * version; the wrapping key in a file of its own, made and rotated here; the file of pre-shared
 * keys; certificates and their keys as PEM files. Not implemented: PKCS#12 and hardware tokens as
 * the place of the wrapping key. A record that somebody swapped for an older one together with its
 * version is not noticed: that needs a counter outside the store. Verified by tests that move,
 * alter and age records.
 */
package org.getvpn.ks.secret;
