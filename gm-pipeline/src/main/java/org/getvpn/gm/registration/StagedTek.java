// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gm.sa.TimeRule;

/**
 * A TEK and what it may be used for now.
 *
 * @param tek the holder keeps its secrets; copy what must outlive the call
 * @param timeRule of its packets; null if they carry no time
 */
public record StagedTek(Tek tek, TekStage stage, TimeRule timeRule) {}
