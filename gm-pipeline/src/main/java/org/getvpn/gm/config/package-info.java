// SPDX-License-Identifier: Apache-2.0
/**
 * The group member's configuration: one YAML file, read strictly and checked as a whole before
 * anything is applied.
 *
 * <p>Implemented: every key of {@code getvpn-gm.yaml} in this package's resources, which is the
 * manual and is parsed in a test. Every problem is reported at once, with field, value and remedy.
 *
 * <p>Not implemented: host names. A name would have to be resolved before the group is joined, over
 * a network that fails closed until then; addresses are asked for instead.
 *
 * <p>Choices: pre-shared keys stand in a file of their own, mode 0600, one line per key server, so
 * that the configuration itself holds no secret.
 */
package org.getvpn.gm.config;
