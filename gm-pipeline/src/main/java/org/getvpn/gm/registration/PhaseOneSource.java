// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.io.IOException;
import org.getvpn.gdoi.exchange.Endpoint;

/** Where secrets and certificates come from, asked at each attempt. */
@FunctionalInterface
public interface PhaseOneSource {
    /**
     * What an attempt at that key server needs; the caller destroys it.
     *
     * @throws IOException with a sentence that says what a person can do
     */
    PhaseOneMeans meansFor(Endpoint keyServer) throws IOException;
}
