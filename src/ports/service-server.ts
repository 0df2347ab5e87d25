/**
 * Services on an address of their own, without links beside them.
 *
 * - listen may be called once; port 0 picks a free one;
 * - disposing stops listening, aborts the signals of the calls that are open, and ends them within a second; allowed twice.
 */
export interface ServiceServer extends AsyncDisposable {
  /**
   * Starts to serve.
   * @param address host:port
   * @returns the address bound, host:port.
   * @throws E3Error "port-in-use" or "address-unavailable".
   */
  listen(address: string): Promise<string>;
}
