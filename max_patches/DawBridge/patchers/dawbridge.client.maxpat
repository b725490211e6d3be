{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 5,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [ 60.0, 90.0, 1140.0, 600.0 ],
  "bglocked": 0,
  "openinpresentation": 0,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridonopen": 1,
  "gridsize": [ 15.0, 15.0 ],
  "gridsnaponopen": 1,
  "objectsnaponopen": 1,
  "statusbarvisible": 2,
  "toolbarvisible": 1,
  "lefttoolbarpinned": 0,
  "toptoolbarpinned": 0,
  "righttoolbarpinned": 0,
  "bottomtoolbarpinned": 0,
  "toolbars_unpinned_last_save": 0,
  "tallnewobj": 0,
  "boxanimatetime": 200,
  "enablehscroll": 1,
  "enablevscroll": 1,
  "devicewidth": 0.0,
  "description": "",
  "digest": "",
  "tags": "",
  "style": "",
  "subpatcher_template": "",
  "assistshowspatchername": 0,
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 15, 15, 142.1, 27.6 ],
     "outlettype": [],
     "text": "dawbridge.client",
     "linecount": 1,
     "fontsize": 18.0,
     "fontface": 1
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 15, 45, 660, 34.8 ],
     "outlettype": [],
     "text": "One in a patch connects everything else in Max with daw-bridge. Arguments: host, the server's port, the port to listen at (127.0.0.1 17120 9000).",
     "linecount": 2
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 30, 540, 146.7, 22.0 ],
     "outlettype": [],
     "text": "udpsend 127.0.0.1 17120"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 30, 570, 78.7, 20.4 ],
     "outlettype": [],
     "text": "to the server",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [ 30, 120, 30.0, 30.0 ],
     "outlettype": [ "" ],
     "comment": "OSC messages for the server",
     "index": 1
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 90, 195, 121.3, 22.0 ],
     "outlettype": [ "" ],
     "text": "receive dawbridge.to"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 75, 165, 92.7, 20.4 ],
     "outlettype": [],
     "text": "from the others",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [ 270, 120, 194.1, 22.0 ],
     "outlettype": [ "", "" ],
     "text": "patcherargs 127.0.0.1 17120 9000"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [ 270, 165, 379.0, 22.0 ],
     "outlettype": [ "", "", "" ],
     "text": "unpack s i i"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 30, 360, 124.0, 22.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 810.0, 540.0 ],
      "bglocked": 0,
      "openinpresentation": 0,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 61.0, 27.6 ],
         "outlettype": [],
         "text": "secret",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 720, 20.4 ],
         "outlettype": [],
         "text": "A server with a secret forgets over a restart who has given it. The last one that was sent goes out again whenever the client registers.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "inlet",
         "numinlets": 0,
         "numoutlets": 1,
         "patching_rect": [ 30, 120, 30.0, 30.0 ],
         "outlettype": [ "" ],
         "comment": "OSC messages for the server",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 30, 165, 499.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "t l l l"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "outlet",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 450, 30.0, 30.0 ],
         "outlettype": [],
         "comment": "the same, the secret before notify",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 240, 210, 132.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route /dawbridge/notify"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 240, 255, 28.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "t b"
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 240, 315, 109.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "zl.reg"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 480, 210, 126.7, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route /dawbridge/auth"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 480, 255, 143.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/auth"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 240, 360, 126.7, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route /dawbridge/auth"
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 240, 405, 143.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/auth"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 360, 330, 162.8, 20.4 ],
         "outlettype": [],
         "text": "nothing before one was sent",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 60, 465, 78.7, 20.4 ],
         "outlettype": [],
         "text": "to the server",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 0 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-8", 1 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [ "" ],
     "text": "p secret"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 270, 225, 80.6, 22.0 ],
     "outlettype": [ "" ],
     "text": "prepend host"
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 450, 225, 78.6, 22.0 ],
     "outlettype": [ "" ],
     "text": "prepend port"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [ 630, 210, 259.0, 22.0 ],
     "outlettype": [ "", "" ],
     "text": "t i i"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 630, 255, 78.6, 22.0 ],
     "outlettype": [ "" ],
     "text": "prepend port"
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 630, 300, 152.2, 22.0 ],
     "outlettype": [ "" ],
     "text": "udpreceive 9000 @defer 1"
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [ 630, 345, 259.0, 22.0 ],
     "outlettype": [ "", "", "" ],
     "text": "t l l b"
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 510, 405, 122.6, 22.0 ],
     "outlettype": [],
     "text": "send dawbridge.from"
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 495, 435, 78.7, 20.4 ],
     "outlettype": [],
     "text": "to the others",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 630, 540, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "everything the server says",
     "index": 1
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [ 750, 390, 118.6, 22.0 ],
     "outlettype": [ "", "" ],
     "text": "route /dawbridge/fail"
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [ 750, 435, 109.0, 22.0 ],
     "outlettype": [ "", "", "", "" ],
     "text": "unpack s i s s"
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [ 750, 480, 154.0, 22.0 ],
     "outlettype": [ "" ],
     "text": "sprintf symout %s: %s"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 750, 540, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "errors in words",
     "index": 2
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [ 930, 420, 109.0, 22.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 810.0, 615.0 ],
      "bglocked": 0,
      "openinpresentation": 0,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 88.0, 27.6 ],
         "outlettype": [],
         "text": "heartbeat",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 660, 34.8 ],
         "outlettype": [],
         "text": "Once a second it asks for a sign of life. Three without an answer: it says 0 and registers anew, since the server remembers nobody over a restart.",
         "linecount": 2
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "inlet",
         "numinlets": 0,
         "numoutlets": 1,
         "patching_rect": [ 30, 120, 30.0, 30.0 ],
         "outlettype": [ "" ],
         "comment": "bang: something was heard",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 165, 109.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "t b b"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 120, 210, 36.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "set 1"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 390, 30.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "1"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "inlet",
         "numinlets": 0,
         "numoutlets": 1,
         "patching_rect": [ 240, 120, 30.0, 30.0 ],
         "outlettype": [ "" ],
         "comment": "the port to listen at",
         "index": 2
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 240, 165, 379.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "t b i"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 240, 225, 71.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "metro 1000"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 5,
         "numoutlets": 4,
         "patching_rect": [ 240, 255, 117.3, 22.0 ],
         "outlettype": [ "", "", "", "" ],
         "text": "counter 0 16777215"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 240, 195, 62.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "delay 100"
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 240, 300, 169.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "t i i"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 240, 345, 31.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "% 3"
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 240, 375, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "select 0"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 240, 420, 109.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "t b b"
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 150, 465, 30.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "0"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 30, 495, 64.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "change -1"
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "outlet",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 540, 30.0, 30.0 ],
         "outlettype": [],
         "comment": "1: connected, 0: not",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 510, 465, 109.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "int"
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 510, 510, 128.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "/dawbridge/notify 1 $1"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 390, 555, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 390, 345, 144.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/sync"
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 360, 195, 160.1, 20.4 ],
         "outlettype": [],
         "text": "when host and ports are set",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 360, 225, 90.0, 20.4 ],
         "outlettype": [],
         "text": "once a second",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 420, 375, 178.1, 20.4 ],
         "outlettype": [],
         "text": "beats 0, 3, 6 without an answer",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 90, 540, 74.0, 20.4 ],
         "outlettype": [],
         "text": "connected?",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 0 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-5", 0 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-13", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-13", 0 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-17", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-17", 0 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-17", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 1 ],
         "destination": [ "obj-19", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 1 ],
         "destination": [ "obj-19", 1 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 1 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-19", 0 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-21", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-22", 0 ],
         "destination": [ "obj-21", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [ "" ],
     "text": "p heartbeat"
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 930, 540, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "1: connected, 0: not",
     "index": 3
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 660, 540, 61.3, 20.4 ],
     "outlettype": [],
     "text": "all it says",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 780, 540, 91.3, 20.4 ],
     "outlettype": [],
     "text": "errors in words",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 960, 540, 74.0, 20.4 ],
     "outlettype": [],
     "text": "connected?",
     "linecount": 1
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [ "obj-10", 0 ],
     "destination": [ "obj-3", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-8", 0 ],
     "destination": [ "obj-9", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-9", 0 ],
     "destination": [ "obj-11", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-11", 0 ],
     "destination": [ "obj-3", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-9", 1 ],
     "destination": [ "obj-12", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-5", 0 ],
     "destination": [ "obj-10", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-6", 0 ],
     "destination": [ "obj-10", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-12", 0 ],
     "destination": [ "obj-3", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-9", 2 ],
     "destination": [ "obj-13", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-13", 0 ],
     "destination": [ "obj-14", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-14", 0 ],
     "destination": [ "obj-15", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-15", 0 ],
     "destination": [ "obj-16", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-16", 0 ],
     "destination": [ "obj-17", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-16", 0 ],
     "destination": [ "obj-19", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-16", 1 ],
     "destination": [ "obj-20", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-20", 0 ],
     "destination": [ "obj-21", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-21", 0 ],
     "destination": [ "obj-22", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-22", 0 ],
     "destination": [ "obj-23", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-21", 3 ],
     "destination": [ "obj-22", 1 ],
     "order": 1
    }
   },
   {
    "patchline": {
     "source": [ "obj-16", 2 ],
     "destination": [ "obj-24", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-13", 1 ],
     "destination": [ "obj-24", 1 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-24", 0 ],
     "destination": [ "obj-25", 0 ],
     "order": 0
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
