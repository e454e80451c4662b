// SPDX-License-Identifier: Apache-2.0
package perennial.ca.settings;

import org.snakeyaml.engine.v2.nodes.Node;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// A line of a file.
record Place(String file, int line) {
    static Place of(String file, Node node) {
        return new Place(file, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1));
    }

    CaException refused(String text) {
        return new CaException(
                Problem.CONFIGURATION_INVALID, "%s, line %d: %s".formatted(file, line, text));
    }
}
