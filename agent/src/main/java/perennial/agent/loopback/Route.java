// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

/// One question and its answer.
@FunctionalInterface
interface Route {
    Json.Members answer(Call call) throws Json.MalformedException, InterruptedException;
}
