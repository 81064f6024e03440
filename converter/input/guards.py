"""The options that keep a hostile file from opening anything but itself.

Source: what ffmpeg's demuxers may reach (playlists, concat scripts, data references) and how it
guesses them by content; see docs/decisions/0003-input-guards.md.
"""

# Containers that hold their own media. Left out on purpose: hls, dash, concat, sdp, rtsp, image2
# patterns, subtitle files, tee, lavfi, and every single-picture demuxer (*_pipe).
CONTAINERS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,apng,asf,au,av1,avi,avs2,avs3,caf,cavsvideo,dirac,dnxhd,dts,"
    "dtshd,dv,eac3,evc,ffm,fits,flac,flv,g722,gif,gxf,h261,h263,h264,hevc,ivf,live_flv,m4v,"
    "matroska,webm,mjpeg,mjpeg_2000,mlp,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,mpeg,mpegts,"
    "mpegvideo,mxf,nsv,nut,obu,ogg,rawvideo,rm,roq,smk,smjpeg,svag,swf,tak,truehd,tta,vc1,vc1test,"
    "vivo,vvc,w64,wav,wtv,wv,wve,xwma,yuv4mpegpipe,ape,bink,fli,flic,thp,voc,ipmovie,film_cpk,iv8,"
    "4xm,anm,idcin,ingenient,lxf,mm,mtv,mv,nuv,pva,tmv,ty,xa,yop"
)
PROTOCOLS = "file,pipe"


# What we wrote ourselves may be a single picture too.
PICTURES = "image2,jpeg_pipe,png_pipe"


def input_guards(max_pixels: int, *, pictures: bool = False) -> tuple[str, ...]:
    """Input options for ffmpeg and ffprobe, to stand right before ``-i``; `pictures` lets single
    pictures in, which only an output of ours may be."""
    containers = f"{CONTAINERS},{PICTURES}" if pictures else CONTAINERS
    return (
        "-protocol_whitelist",
        PROTOCOLS,
        "-format_whitelist",
        containers,
        "-max_pixels",
        str(max_pixels),
    )
