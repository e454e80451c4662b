// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

/// What kind of key an authority makes for itself.
public enum KeyKind {
    RSA_2048,
    RSA_3072,
    RSA_4096,
    P_256
}
