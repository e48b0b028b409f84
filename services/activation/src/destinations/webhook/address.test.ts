import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALLOWED_NETWORKS_WANTED,
  isPublicAddress,
  isRefusedUrl,
  judgeAddress,
  readAllowedNetworks,
} from './address.ts';

const IPV4_THAT_ARE_NOT_PUBLIC = [
  ...['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...[
    '169.254.169.254',
    '169.254.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.255',
    '192.0.0.192',
    '192.0.0.170',
  ],
  ...['192.0.2.1', '198.51.100.7', '203.0.113.9', '192.88.99.1', '198.18.0.1', '198.19.255.255', '224.0.0.1'],
  ...['239.255.255.250', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
];
const PUBLIC_IPV4 = ['1.1.1.1', '8.8.8.8', '11.0.0.1', '100.63.255.255', '100.128.0.1', '172.32.0.1', '168.63.129.17'];

/** Two groups of IPv6 with an IPv4 address in them. */
const groups = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

describe('an address', () => {
  it.each(IPV4_THAT_ARE_NOT_PUBLIC)(
    '%s is not public, nor in any form that carries it in an IPv6 address',
    (address) => {
      const inside = groups(address);
      for (const form of [
        address,
        `::ffff:${address}`,
        `::ffff:${inside}`,
        `::ffff:0:${inside}`,
        `::${address}`,
        `::${inside}`,
        `64:ff9b::${inside}`,
        `64:ff9b::${address}`,
        `64:ff9b:1::${inside}`,
        `2002:${inside}::`,
        `2002:${inside}::1`,
        `2001:0:${inside}::1`,
        `2001::${inside}`,
        `fe80::5efe:${inside}`,
        `2600:1f18::5efe:${inside}`,
        `2600:1f18::200:5efe:${inside}`,
      ])
        expect(isPublicAddress(form), form).toBe(false);
    },
  );

  it.each([
    ...['::', '::1', '::2', 'fe80::1', 'fe80::1%eth0', '2600:1f18::1%1', 'febf::1', 'fec0::1', 'feff::1', 'fc00::1'],
    ...[
      'fd00:ec2::254',
      'fdff::1',
      'ff02::1',
      'ff0e::1',
      '100::1',
      '100:0:0:1::1',
      '2001:2::1',
      '2001:db8::1',
      '3fff::1',
    ],
    ...['5f00::1', '2001:10::1', '2001:20::1', '64:ff9b:1::1', '4000::1', '::ffff:8.8.8.8', '2002:808:808::1'],
    ...['', 'localhost', '1', '0x7f.1', '127.1', '010.0.0.1', '1.2.3.4.5', '1.2.3.4/32', '::1::'],
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([...PUBLIC_IPV4, '2606:4700:4700::1111', '2a00:1450:4003::200e', '64:ff9b::808:808', '64:ff9b::8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it('of NAT64 is as public as the address inside', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublicAddress(`64:ff9b::${groups(address)}`)).toBe(isPublicAddress(address));
      }),
    );
  });

  it('of IPv6 is public in the global unicast space only', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const isPublic = isPublicAddress(address);
        if (isPublic) expect(address.toLowerCase()).toMatch(/^(2|3)[\da-f]{3}:|^0*64:/);
      }),
    );
  });
});

describe('a URL', () => {
  it.each([
    ...['http://127.0.0.1/', 'http://127.0.0.1:4123/?query=SELECT', 'https://10.0.0.1/', 'http://2130706433/'],
    ...[
      'http://0x7f.1/',
      'http://127.1/',
      'http://0177.0.0.1/',
      'http://017700000001/',
      'http://0x7f000001/',
      'http://0/',
    ],
    ...['http://127.0.0.1./', 'http://localhost/', 'http://localhost./', 'http://LOCALHOST:80/', 'http://a.localhost/'],
    ...['http://a.localhost./', 'http://[::1]/', 'http://[::]/', 'http://[::127.0.0.1]/', 'http://[::ffff:127.0.0.1]/'],
    ...[
      'http://[::ffff:7f00:1]/',
      'http://[2002:7f00:1::]/',
      'http://[64:ff9b:1::7f00:1]/',
      'http://[64:ff9b::7f00:1]/',
    ],
    ...[
      'http://[fec0::1]/',
      'http://[fd00:ec2::254]/',
      'http://168.63.129.16/',
      'http://169.254.169.254/latest/meta-data',
    ],
    ...['http://127%2e0%2e0%2e1/', 'http://%31%32%37.0.0.1/', 'http://１２７.０.０.１/', 'http://127。0。0。1/'],
    ...[
      'http://127．0．0．1/',
      'http://①②⑦.0.0.1/',
      'http://ｌｏｃａｌｈｏｓｔ/',
      'http://loc%61lhost/',
      'http:127.0.0.1',
    ],
    ...['http:\\\\127.0.0.1\\', 'http://example.com@127.0.0.1/', 'http://127.0.0.1:80@[::1]/', 'http://\t127.0.0.1/'],
    ...[
      'http://100.100.100.200/',
      'http://192.0.0.192/',
      'http://255.255.255.255/',
      'http://[0:0:0:0:0:ffff:a9fe:a9fe]/',
    ],
  ])('%s is refused as it stands', (url) => {
    expect(isRefusedUrl(url, [])).toBe(true);
  });

  it.each([
    ...[
      'https://example.com/hook',
      'http://8.8.8.8/',
      'https://[2606:4700:4700::1111]/',
      'http://localhost.example.com/',
    ],
    ...['http://notlocalhost/', 'http://127.0.0.1.nip.io/', 'http://crm.internal/'],
  ])('%s is judged by where its name leads', (url) => {
    expect(isRefusedUrl(url, [])).toBe(false);
  });

  it('that names any address is refused exactly where the address is', () => {
    fc.assert(
      fc.property(fc.ipV4Extended(), (host) => {
        const url = `http://${host}/`;
        expect(isRefusedUrl(url, [])).toBe(!isPublicAddress(new URL(url).hostname));
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (host) => {
        expect(isRefusedUrl(`http://[${host}]/`, [])).toBe(!isPublicAddress(host));
      }),
    );
  });
});

describe('what the operator allows', () => {
  const at = (host: string, port: number) => ({ host, port });

  it('is exactly that host and port', () => {
    const allowed = readAllowedNetworks('127.0.0.1:4000, console:4000 ,[fd00::1]:81');
    expect(judgeAddress('127.0.0.1', at('127.0.0.1', 4000), allowed)).toBe('allowed');
    expect(judgeAddress('127.0.0.1', at('localhost', 4000), allowed)).toBe('allowed');
    for (const [address, host, port] of [
      ['127.0.0.1', '127.0.0.1', 4001],
      ['127.0.0.1', '127.0.0.1', 80],
      ['127.0.0.2', '127.0.0.2', 4000],
      ['::ffff:127.0.0.1', '[::ffff:127.0.0.1]', 4000],
      ['::1', '[::1]', 4000],
      ['172.18.0.5', 'consoles', 4000],
      ['172.18.0.5', 'console.evil.example', 4000],
      ['172.18.0.5', 'console', 4123],
      ['172.18.0.5', '172.18.0.5', 4000],
      ['fd00::1', '[fd00::1]', 80],
    ] as const)
      expect(judgeAddress(address, at(host, port), allowed), `${host}:${port}`).toBe('refused');
    expect(judgeAddress('172.18.0.5', at('console', 4000), allowed)).toBe('allowed');
    expect(judgeAddress('172.18.0.5', at('CONSOLE.', 4000), allowed)).toBe('allowed');
    expect(judgeAddress('fd00::1', at('[fd00::1]', 81), allowed)).toBe('allowed');
    expect(isRefusedUrl('http://127.0.0.1:4000/v1/webhook-receiver', allowed)).toBe(false);
    expect(isRefusedUrl('http://0x7f000001:4000/', allowed)).toBe(false);
    expect(isRefusedUrl('http://127.0.0.1:4123/', allowed)).toBe(true);
    expect(isRefusedUrl('http://127.0.0.1/', allowed)).toBe(true);
  });

  it('may be networks, on any port or on one', () => {
    const allowed = readAllowedNetworks('10.20.0.0/16,192.168.7.0/24:443,fd00:1::/32');
    expect(judgeAddress('10.20.3.4', at('crm.corp.example', 8443), allowed)).toBe('allowed');
    expect(judgeAddress('10.21.3.4', at('crm.corp.example', 8443), allowed)).toBe('refused');
    expect(judgeAddress('192.168.7.1', at('crm', 443), allowed)).toBe('allowed');
    expect(judgeAddress('192.168.7.1', at('crm', 80), allowed)).toBe('refused');
    expect(judgeAddress('fd00:1:2::3', at('crm', 80), allowed)).toBe('allowed');
    expect(judgeAddress('64:ff9b::a14:304', at('crm', 80), allowed)).toBe('refused');
    expect(judgeAddress('8.8.8.8', at('dns', 80), allowed)).toBe('public');
    expect(isRefusedUrl('https://192.168.7.9/', allowed)).toBe(false);
    expect(isRefusedUrl('http://192.168.7.9/', allowed)).toBe(true);
  });

  it('by name never leads to where clouds keep their credentials', () => {
    const allowed = readAllowedNetworks('crm.internal');
    for (const address of ['169.254.169.254', '168.63.129.16', 'fe80::1', '0.0.0.0', '224.0.0.1', '::ffff:10.0.0.1'])
      expect(judgeAddress(address, at('crm.internal', 80), allowed), address).toBe('refused');
    expect(judgeAddress('10.0.0.1', at('crm.internal', 80), allowed)).toBe('allowed');
  });

  it.each([
    ...['0.0.0.0/0', '10.0.0.0/7', '::/0', 'fc00::/6', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '10.0.0.0/8/8', '10.1'],
    ...[
      'console:0',
      'console:65536',
      'console:http',
      '*',
      '*.internal',
      'http://console:4000',
      'console:4000/x',
      '[console]',
    ],
    ...['0x7f000001', '2130706433', '[::1', '::1]:80', 'fe80::1%eth0', 'a b', '10.0.0.0/8:443:1', '-', 'user@console'],
  ])('never reads as %s', (entry) => {
    expect(() => readAllowedNetworks(`console:4000,${entry}`)).toThrow(ALLOWED_NETWORKS_WANTED);
  });

  it('may be nothing', () => {
    expect(readAllowedNetworks('')).toEqual([]);
    expect(readAllowedNetworks(' , ')).toEqual([]);
  });
});
