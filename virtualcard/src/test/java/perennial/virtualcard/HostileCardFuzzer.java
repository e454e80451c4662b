// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

/// Where Jazzer enters: it looks for inputs that reach more of the code.
public final class HostileCardFuzzer {
    private static final HostileConversation CONVERSATION = new HostileConversation();

    private HostileCardFuzzer() {}

    /// Called by Jazzer.
    public static void fuzzerTestOneInput(byte[] input) {
        CONVERSATION.run(input);
    }

    /// Called by Jazzer at its end.
    public static void fuzzerTearDown() {
        System.out.println(CONVERSATION.summary());
    }
}
