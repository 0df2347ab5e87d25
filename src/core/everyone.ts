/** Name of the conversation of all peers with all, the same in every epoch. */
export const everyone = 2n ** 64n - 1n;
