// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that is refused as a whole; the message has one line per problem. */
public final class InvalidConfiguration extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * One thing that is wrong.
     *
     * @param field path of the field, for example {@code attachment.interface}
     * @param value what stands there, or "missing"; never a secret
     * @param remedy what to write instead, with an example
     */
    public record Problem(String field, String value, String remedy) {
        @Override
        public String toString() {
            return field + ": " + value + ": " + remedy;
        }
    }

    private final transient List<Problem> problems;

    /** Carries every problem found, at least one. */
    public InvalidConfiguration(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Every problem found, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
