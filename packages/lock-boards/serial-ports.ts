/** Serial lines of this computer, as a wiring names them: USB adapters and built-in ports, those that go by a name of their own first. */
export async function serialPorts(): Promise<readonly string[]> {
  // A native library: loaded by who looks for lines.
  const { SerialPort } = await import("serialport");
  const found = await SerialPort.list().catch(() => []);
  return found.map(({ path }) => `serial:${path}`);
}
