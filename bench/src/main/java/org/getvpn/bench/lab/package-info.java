// SPDX-License-Identifier: Apache-2.0
/**
 * What comparisons are made of: network namespaces joined by veth, programs started in them, our
 * packed key server, medians, time to wait.
 *
 * <p>Implemented: namespaces and the files of a run go with it, even if it is interrupted. The
 * registration benchmark of {@code org.getvpn.bench.ike} has namespaces of its own, one for each
 * core.
 *
 * <p>Choices: programs are the packed ones with the launcher's options, never classes inside this
 * process, so that what is measured is what is run elsewhere.
 *
 * <p>How verified: by the comparisons that fail if something does not come up in time.
 */
package org.getvpn.bench.lab;
