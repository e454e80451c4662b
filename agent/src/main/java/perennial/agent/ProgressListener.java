// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

/// Is told of every change while a renewal runs, by the thread that runs it; must be quick.
@FunctionalInterface
public interface ProgressListener {
    void changed(RenewalProgress progress);
}
