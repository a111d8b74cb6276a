// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that is refused as a whole; the one before it stays in force. */
public final class InvalidConfiguration extends Exception {
    private static final long serialVersionUID = 1L;

    /** One thing that is wrong: where, what stands there, and what should. */
    public static final class Problem {
        private final String field;
        private final String value;
        private final String remedy;

        /**
         * @param field path of the field, for example {@code groups[0].tek.lifetime}
         * @param value what stands there, or "missing"; never a secret
         * @param remedy what to write instead, with an example
         */
        public Problem(String field, String value, String remedy) {
            this.field = field;
            this.value = value;
            this.remedy = remedy;
        }

        /** Path of the field. */
        public String field() {
            return field;
        }

        /** What stands there. */
        public String value() {
            return value;
        }

        /** What to write instead. */
        public String remedy() {
            return remedy;
        }

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

    /** Every problem found. */
    public List<Problem> problems() {
        return problems;
    }
}
