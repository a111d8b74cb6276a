// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

/** Octets that are not what their place in the message says; the message is an operator's. */
public class MalformedPayload extends Exception {
    private static final long serialVersionUID = 1L;

    /** Without a stack trace: a peer must not make us pay for one. */
    public MalformedPayload(String reason) {
        super(reason, null, false, false);
    }
}
