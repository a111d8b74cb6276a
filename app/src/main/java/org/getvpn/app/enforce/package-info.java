// SPDX-License-Identifier: Apache-2.0
/**
 * Makes switches hold what they shall. Level-triggered: {@code reconcile} compares desired with
 * actual and may be called at any time, for any reason. Guards go out in a stage before permits;
 * unknown entries of ours are deleted only after everything desired is confirmed; guards found on a
 * switch are adopted because the same policy gives the same rules. Deactivation removes nothing: a
 * switch without the application keeps its guards. Entries of others in our tables are reported,
 * not touched. While links are still being found, after a start above all, a switch keeps the
 * routes that it has.
 *
 * <p>While a group migrates from clear text, each pass looks up how far its keys are and leads the
 * switches there step by step, and passes follow each other faster as long as they turn. What an
 * application that is gone left open stays open: rules have no timeout.
 *
 * <p>OpenFlow tells nothing of a switch's fail mode; the explicit table miss is installed and read
 * back, and {@code fail_mode=secure} is the operator's to set.
 */
package org.getvpn.app.enforce;
