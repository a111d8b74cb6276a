// SPDX-License-Identifier: Apache-2.0
/**
 * The program {@code getvpn-gm.jar}: command line, and how the parts of a group member are put
 * together. The process ends when one of its threads does: a supervisor restarts it, and until then
 * nothing passes.
 */
package org.getvpn.gm.main;
